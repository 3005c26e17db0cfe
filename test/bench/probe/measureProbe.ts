import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { settingsReference } from "@fedjoin/exporter/internal/reference";
import { sampleMismatches } from "../checkSamples";
import { startProcess } from "../childProcess";
import type { Address, ControllerRequest, Traffic } from "../controller";
import { fetchBody } from "../fetchBody";
import type { FloorRequest } from "../floor";
import { readProcessUsage, resetPeakRss } from "../processUsage";
import { expectedSamples, memberId } from "../responses";
import { startSingleFile } from "../singleFile";
import { sizes } from "../sizes";
import { repeatedRequests } from "./repeatedRequests";

export interface ProbeOptions {
  readonly members: number;
  /** Probes at a time. */
  readonly concurrency: number;
  readonly maxConnections: number;
}

/** What it took to probe every member once. */
export interface Cover {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakRssBytes: number;
  /** Requests at the master. */
  readonly requests: number;
}

export interface ProbeMeasurement {
  readonly first: Cover;
  /** Within the interval of every collector. */
  readonly again: Cover;
  /** A client that does nothing but fetch the same addresses and parse the answers. */
  readonly floor: Cover;
  readonly idleRssBytes: number;
  readonly logins: number;
  /** What is wrong with the samples, a line each. */
  readonly mismatches: readonly string[];
  /** What was requested although the answer was to be shown again, a line each. */
  readonly repeated: readonly string[];
}

const size = "XS";
const eventsOfALog = 5;
/** Longer than a run: every answer is shown again until its end. */
const intervalSeconds = 3600;
/** Probes every member of a federation through its master, twice, by one exporter; and has a bare client do the first round's requests. */
export async function measureProbe({ members, concurrency, maxConnections }: ProbeOptions): Promise<ProbeMeasurement> {
  const folder = mkdtempSync(join(tmpdir(), "fedjoin-bench-"));
  const controller = startProcess<ControllerRequest>("controller", [size, `${members}`]);
  const floor = startProcess<FloorRequest>("floor");
  const stops: (() => unknown)[] = [controller.stop, floor.stop];
  try {
    const traffic = () => controller.request<Traffic>({ ask: "traffic" });
    const { port, ca } = await controller.request<Address>({ ask: "address" });
    const caFile = join(folder, "ca.pem");
    writeFileSync(caFile, ca);
    const intervals = settingsReference().exporter.filter(({ name }) => /^COLLECTOR_\w+_INTERVAL$/.test(name));
    const exporter = await startSingleFile({
      CTRL_API_SERVICE: `127.0.0.1:${port}`,
      CTRL_USERNAME: "reader",
      CTRL_PASSWORD: "bench",
      CTRL_CA_FILE: caFile,
      MAX_CONNECTIONS: `${maxConnections}`,
      LOG_EVENTS_LIMIT: `${eventsOfALog}`,
      ...Object.fromEntries(intervals.map(({ name }) => [name, `${intervalSeconds}`])),
    });
    stops.push(() => exporter.stop());
    const idleRssBytes = readProcessUsage(exporter.pid).rssBytes;
    const mismatches = new Set<string>();
    const agent = new Agent({ keepAlive: true });
    const probe = async (id: string): Promise<void> => {
      const headers = { "Accept-Encoding": "gzip", "X-Prometheus-Scrape-Timeout-Seconds": "60" };
      const text = await fetchBody(request(`${exporter.url}/probe?target=member:${id}`, { agent, headers }));
      for (const line of sampleMismatches(text, samplesOfMember)) mismatches.add(line);
    };
    const cover = async (): Promise<{ readonly cost: Cover; readonly paths: readonly string[]; logins: number }> => {
      const waiting = Array.from({ length: members }, (_, index) => memberId(index)).values();
      const worker = async (): Promise<void> => {
        for (const id of waiting) await probe(id);
      };
      const workers = () => Promise.all(Array.from({ length: concurrency }, worker));
      const cost = await costOf(exporter.pid, workers);
      const { paths, logins } = await traffic();
      return { cost: { ...cost, requests: paths.length }, paths, logins };
    };
    await traffic();
    const first = await cover();
    const again = await cover();
    const total = first.cost.seconds + again.cost.seconds;
    const floorRequest: FloorRequest = { port, ca, maxConnections, paths: first.paths };
    const floorCost = await costOf(floor.pid, () => floor.request<number>(floorRequest));
    return {
      first: first.cost,
      again: again.cost,
      floor: { ...floorCost, requests: first.paths.length },
      idleRssBytes,
      logins: first.logins + again.logins,
      mismatches: [...mismatches],
      repeated: repeatedRequests([...first.paths, ...again.paths], total),
    };
  } finally {
    for (const stop of stops.reverse()) await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a member demands, without what only a master shows and what is off by default. */
const samplesOfMember = new Map(
  [...expectedSamples(sizes[size], eventsOfALog)].filter(([name]) => !/^nv_(fed_master|enforcer_\w+)$/.test(name)),
);

async function costOf(pid: number, work: () => Promise<unknown>): Promise<Omit<Cover, "requests">> {
  resetPeakRss(pid);
  const [start, before] = [performance.now(), readProcessUsage(pid)];
  await work();
  const after = readProcessUsage(pid);
  return {
    seconds: (performance.now() - start) / 1000,
    cpuSeconds: after.cpuSeconds - before.cpuSeconds,
    peakRssBytes: after.peakRssBytes,
  };
}
