import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import * as z from "zod";
import type { ExporterProcess } from "../../support/exporterProcess";
import { startProcess } from "../childProcess";
import { readProcessUsage } from "../processUsage";
import { startSingleFile } from "../singleFile";
import { failures, type Behaviour } from "./failures";
import type { FlappingRequest, MasterAddress } from "./flappingFederation";

export interface SoakOptions {
  /** The run ends with the cycle in which this time is over. */
  readonly seconds: number;
  /** How long the master fails in one way, and then works. */
  readonly phaseMs: number;
  readonly scrapeEveryMs: number;
}

/** What the exporter holds while nothing is under way. */
export interface Held {
  readonly rssBytes: number;
  readonly sockets: number;
  readonly timers: number;
  /** Open at the master. */
  readonly sessions: number;
}

export interface SoakResult {
  /** After each cycle of all failures. */
  readonly held: readonly Held[];
  readonly scrapes: number;
  /** What is wrong, a line each. */
  readonly mismatches: readonly string[];
}

const scrapeTimeoutSeconds = "2";
const recoveryMs = 60_000;
const resources = z.record(z.string(), z.number());

/** Scrapes a master that fails in every way in turn, and a member through it, with the real process; looks at it after each cycle. */
export async function soak(
  { seconds, phaseMs, scrapeEveryMs }: SoakOptions,
  onCycle: (held: Held) => void,
): Promise<SoakResult> {
  const folder = mkdtempSync(join(tmpdir(), "fedjoin-soak-"));
  const federation = startProcess<FlappingRequest>("soak/flappingFederation");
  const stops: (() => unknown)[] = [federation.stop];
  try {
    const { port, ca, password, member } = await federation.request<MasterAddress>({ ask: "address" });
    const [caFile, resourcesFile] = [join(folder, "ca.pem"), join(folder, "resources.json")];
    writeFileSync(caFile, ca);
    const exporter = await startSingleFile({
      CTRL_API_SERVICE: `127.0.0.1:${port}`,
      CTRL_PASSWORD: password,
      CTRL_CA_FILE: caFile,
      NODE_OPTIONS: `--require ${join(__dirname, "activeResources.js")}`,
      BENCH_RESOURCES_FILE: resourcesFile,
    });
    stops.push(() => exporter.stop());
    const mismatches = new Set<string>();
    let scrapes = 0;
    const scrapeBoth = async (): Promise<boolean> => {
      const [own, probed] = await Promise.all([
        get(exporter, "/metrics"),
        get(exporter, `/probe?target=member:${member}`),
      ]);
      scrapes += 2;
      if (own.status !== 200) mismatches.add(`/metrics answered ${own.status}`);
      if (probed.status !== 200 && probed.status !== 503) mismatches.add(`/probe answered ${probed.status}`);
      return [own, probed].every(({ text }) => /^nv_up 1$/m.test(text));
    };
    const behave = async (as: Behaviour): Promise<void> => {
      await federation.request({ ask: "behave", as });
      const start = performance.now();
      const sinceMs = (): number => performance.now() - start;
      let isUp = false;
      // Once it works again, a scrape has to show it.
      while (sinceMs() < phaseMs || (as === "well" && !isUp && sinceMs() < recoveryMs)) {
        isUp = await scrapeBoth();
        await setTimeout(scrapeEveryMs);
      }
      if (as === "well" && !isUp) mismatches.add(`not up again after ${recoveryMs / 1000} s`);
    };
    const held: Held[] = [];
    const end = performance.now() + seconds * 1000;
    while (performance.now() < end) {
      for (const failure of failures) {
        await behave(failure);
        await behave("well");
      }
      const sessions = await federation.request<number>({ ask: "sessions" });
      const now = { ...(await look(exporter.pid, resourcesFile)), sessions };
      held.push(now);
      onCycle(now);
    }
    return { held, scrapes, mismatches: [...mismatches] };
  } finally {
    for (const stop of stops.reverse()) await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function get(
  { url }: ExporterProcess,
  path: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const headers = { "X-Prometheus-Scrape-Timeout-Seconds": scrapeTimeoutSeconds };
  const response = await fetch(`${url}${path}`, { headers });
  return { status: response.status, text: await response.text() };
}

async function look(pid: number, resourcesFile: string): Promise<Omit<Held, "sessions">> {
  rmSync(resourcesFile, { force: true });
  process.kill(pid, "SIGUSR2");
  while (!existsSync(resourcesFile) || readFileSync(resourcesFile, "utf8") === "") await setTimeout(10);
  const { Timeout: timers = 0 } = resources.parse(JSON.parse(readFileSync(resourcesFile, "utf8")));
  return { rssBytes: readProcessUsage(pid).rssBytes, sockets: countSockets(pid), timers };
}

function countSockets(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  const targets = readdirSync(folder).map((fd) => {
    try {
      return readlinkSync(join(folder, fd));
    } catch {
      return "";
    }
  });
  return targets.filter((target) => target.startsWith("socket:")).length;
}
