import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { ExporterProcess } from "../support/exporterProcess";
import { countSamples, sampleMismatches } from "./checkSamples";
import { startProcess, type BenchProcess } from "./childProcess";
import type { Address, ControllerRequest, Traffic } from "./controller";
import { fetchBody } from "./fetchBody";
import type { FloorRequest } from "./floor";
import { median } from "./median";
import { resetPeakRss, readProcessUsage } from "./processUsage";
import { expectedSamples } from "./responses";
import { startSingleFile } from "./singleFile";
import { sizes, type SizeName } from "./sizes";

export interface BenchOptions {
  readonly size: SizeName;
  /** Scrapes that are measured, of each kind. */
  readonly rounds: number;
  readonly maxConnections: number;
  readonly delayMs: number;
}

/** What one side needed for one scrape; times are medians. */
export interface Cost {
  readonly ms: number;
  /** With a controller that waits before each answer. */
  readonly delayedMs: number;
  /** User and system, mean. */
  readonly cpuMs: number;
  readonly peakRssBytes: number;
}

export interface Measurement {
  readonly exporter: Cost;
  readonly floor: Cost;
  /** From the start of the process to the last byte of its first answer, with a controller of size S; median. */
  readonly startMs: number;
  readonly idleRssBytes: number;
  readonly requests: number;
  readonly bytes: number;
  readonly connections: number;
  /** In the whole run of the measured exporter, in which the controller ended the session once. */
  readonly logins: number;
  readonly scrapes: number;
  readonly samples: number;
  /** What is wrong with the scrapes, a line each. */
  readonly mismatches: readonly string[];
}

const warmUps = 2;
const starts = 5;
const eventsOfALog = 5;

const agent = new Agent({ keepAlive: true });

/** Scrapes as Prometheus does: over a kept connection, compressed. */
function scrape(url: string): Promise<string> {
  const headers = { "Accept-Encoding": "gzip", "X-Prometheus-Scrape-Timeout-Seconds": "60" };
  return fetchBody(request(`${url}/metrics`, { agent, headers }));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Runs everything, each side in a process of its own, the scrapes of both in turn. */
export async function measure({ size, rounds, maxConnections, delayMs }: BenchOptions): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), "fedjoin-bench-"));
  const stops: (() => unknown)[] = [
    () => {
      rmSync(folder, { recursive: true, force: true });
    },
  ];
  const child = <Question extends object>(module: string, ...args: readonly string[]): BenchProcess<Question> => {
    const started = startProcess<Question>(module, args);
    stops.push(started.stop);
    return started;
  };
  const exporterFor = async ({ port, ca }: Address): Promise<ExporterProcess> => {
    const caFile = join(folder, `${port}.pem`);
    writeFileSync(caFile, ca);
    const env = {
      CTRL_API_SERVICE: `127.0.0.1:${port}`,
      CTRL_USERNAME: "reader",
      CTRL_PASSWORD: "bench",
      CTRL_CA_FILE: caFile,
      ENFORCER_STATS: "true",
      MAX_CONNECTIONS: `${maxConnections}`,
      LOG_EVENTS_LIMIT: `${eventsOfALog}`,
    };
    const exporter = await startSingleFile(env);
    stops.push(() => exporter.stop());
    return exporter;
  };
  const wrong = new Set<string>();
  const demanded = expectedSamples(sizes[size], eventsOfALog);
  let scrapes = 0;
  const scrapeChecked = async (exporter: ExporterProcess): Promise<string> => {
    const text = await scrape(exporter.url);
    for (const line of sampleMismatches(text, demanded)) wrong.add(line);
    scrapes++;
    return text;
  };

  try {
    const controller = child<ControllerRequest>("controller", size);
    const traffic = () => controller.request<Traffic>({ ask: "traffic" });
    const address = await controller.request<Address>({ ask: "address" });
    const small = await child<ControllerRequest>("controller", "S").request<Address>({ ask: "address" });
    const timeFirstAnswer = async (at: Address): Promise<number> => {
      const begin = performance.now();
      const exporter = await exporterFor(at);
      await scrape(exporter.url);
      const ms = performance.now() - begin;
      await exporter.stop();
      return ms;
    };
    // The answers are compressed on first request: that must not count.
    await timeFirstAnswer(address);
    await timeFirstAnswer(small);
    const startTimes: number[] = [];
    for (let turn = 0; turn < starts; turn++) startTimes.push(await timeFirstAnswer(small));

    await traffic();
    const exporter = await exporterFor(address);
    await setTimeout(1000);
    const idleRssBytes = readProcessUsage(exporter.pid).rssBytes;
    await scrapeChecked(exporter);
    const first = await traffic();
    const question: FloorRequest = { ...address, maxConnections, paths: first.paths };

    /** Both sides in turn; what they took, as medians. */
    const inTurn = async (count: number, floor: BenchProcess<FloorRequest>) => {
      const [exporterTimes, floorTimes]: [number[], number[]] = [[], []];
      const ofExporter = async () => exporterTimes.push(await timed(() => scrapeChecked(exporter)));
      const ofFloor = async () => floorTimes.push(await floor.request<number>(question));
      for (let round = 0; round < count; round++) {
        for (const run of round % 2 === 0 ? [ofExporter, ofFloor] : [ofFloor, ofExporter]) await run();
      }
      return [median(exporterTimes), median(floorTimes)] as const;
    };

    const floor = child<FloorRequest>("floor");
    await inTurn(warmUps, floor);
    for (const { pid } of [exporter, floor]) resetPeakRss(pid);
    const before = [exporter, floor].map(({ pid }) => readProcessUsage(pid));
    const times = await inTurn(rounds, floor);
    const after = [exporter, floor].map(({ pid }) => readProcessUsage(pid));

    const between = await traffic();
    await controller.request({ ask: "expire" });
    await scrapeChecked(exporter);
    const { logins } = await traffic();
    // The floor's token is the old one: a new floor for the last part.
    const lateFloor = child<FloorRequest>("floor");
    await lateFloor.request(question);
    await controller.request({ ask: "delay", ms: delayMs });
    const delayed = await inTurn(rounds, lateFloor);
    await controller.request({ ask: "delay", ms: 0 });

    const costOf = (side: 0 | 1): Cost => ({
      ms: times[side],
      delayedMs: delayed[side],
      cpuMs: (((after[side]?.cpuSeconds ?? 0) - (before[side]?.cpuSeconds ?? 0)) / rounds) * 1000,
      peakRssBytes: after[side]?.peakRssBytes ?? 0,
    });
    const counted = countSamples(await scrapeChecked(exporter));
    return {
      exporter: costOf(0),
      floor: costOf(1),
      startMs: median(startTimes),
      idleRssBytes,
      requests: first.paths.length,
      bytes: first.bytes,
      connections: first.connections,
      // One login of the first floor is in `between`.
      logins: first.logins + between.logins - 1 + logins,
      scrapes,
      samples: [...counted.values()].reduce((sum, count) => sum + count, 0),
      mismatches: [...wrong],
    };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}
