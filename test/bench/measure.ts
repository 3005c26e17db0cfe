import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { startExporterFile, type ExporterProcess } from "../support/exporterProcess";
import { freePort } from "@fedjoin/simulator";
import { expectedSamples } from "./responses";
import { startProcess, type BenchProcess } from "./childProcess";
import { addressReply, done, floorReply, trafficReply, type ControllerRequest, type FloorRequest } from "./messages";
import { countSamples, sampleMismatches } from "./checkSamples";
import { scrape } from "./scrape";
import { sizes, type SizeName } from "./sizes";
import { resetPeakRss, readProcessUsage } from "./processUsage";

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
  /** User and system, mean. */
  readonly cpuMs: number;
  readonly peakRssBytes: number;
}

export interface Measurement {
  readonly exporter: Cost;
  readonly floor: Cost;
  /** Medians with a controller that waits before each answer. */
  readonly delayed: { readonly exporterMs: number; readonly floorMs: number };
  readonly start: {
    /** From spawn to the last byte of the first answer; medians. */
    readonly unreachableMs: number;
    readonly smallMs: number;
    readonly fullMs: number;
    readonly idleRssBytes: number;
    /** A while after the last scrape. */
    readonly restRssBytes: number;
  };
  readonly traffic: {
    readonly requests: number;
    readonly bytes: number;
    readonly connections: number;
    /** In the whole run of the measured exporter, in which the controller ended the session once. */
    readonly logins: number;
    readonly scrapes: number;
  };
  readonly samples: number;
  /** What is wrong with the scrapes, a line each. */
  readonly mismatches: readonly string[];
}

/** What is shipped; `npm run bench:scrape` writes it first. */
const singleFile = resolve("exporter/dist-bundle/fedjoin-exporter.js");
const warmUps = 2;
const starts = 5;
const eventsOfALog = 5;

/** Runs everything, each side in a process of its own, the scrapes of both in turn. */
export async function measure({ size, rounds, maxConnections, delayMs }: BenchOptions): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), "fedjoin-bench-"));
  const children: BenchProcess[] = [];
  const exporters: ExporterProcess[] = [];
  const child = (module: string, ...args: readonly string[]): BenchProcess => {
    const started = startProcess(module, args);
    children.push(started);
    return started;
  };
  const wrong = new Set<string>();
  const demanded = expectedSamples(sizes[size], eventsOfALog);

  const exporterFor = async (port: number, ca: string): Promise<ExporterProcess> => {
    const caFile = join(folder, `${port}.pem`);
    writeFileSync(caFile, ca);
    const exporter = await startExporterFile(singleFile, {
      CTRL_API_SERVICE: `127.0.0.1:${port}`,
      CTRL_USERNAME: "reader",
      CTRL_PASSWORD: "bench",
      CTRL_CA_FILE: caFile,
      ENFORCER_STATS: "true",
      MAX_CONNECTIONS: `${maxConnections}`,
      LOG_EVENTS_LIMIT: `${eventsOfALog}`,
    });
    exporters.push(exporter);
    return exporter;
  };

  try {
    const controller = child("controller", size);
    const tell = (question: ControllerRequest) => controller.request(question, done);
    const traffic = () => controller.request({ ask: "traffic" }, trafficReply);
    const at = await controller.request({ ask: "address" }, addressReply);
    const small = await child("controller", "S").request({ ask: "address" }, addressReply);
    const floor = child("floor");

    const scrapeChecked = async (exporter: ExporterProcess) => {
      const scraped = await scrape(exporter.url);
      for (const line of sampleMismatches(scraped.text, demanded)) wrong.add(line);
      return scraped;
    };
    const firstAnswer = async (port: number, ca: string): Promise<number> => {
      const start = performance.now();
      const exporter = await exporterFor(port, ca);
      await scrape(exporter.url);
      const ms = performance.now() - start;
      await exporter.stop();
      return ms;
    };
    const medianOf = async (count: number, run: () => Promise<number>): Promise<number> => {
      const all: number[] = [];
      for (let turn = 0; turn < count; turn++) all.push(await run());
      return median(all);
    };

    // The answers are compressed on first request: that must not count.
    await firstAnswer(at.port, at.ca);
    await firstAnswer(small.port, small.ca);
    const nobody = await freePort();
    const unreachableMs = await medianOf(starts, () => firstAnswer(nobody, at.ca));
    const smallMs = await medianOf(starts, () => firstAnswer(small.port, small.ca));
    const fullMs = await medianOf(Math.min(rounds, starts), () => firstAnswer(at.port, at.ca));

    await traffic();
    const exporter = await exporterFor(at.port, at.ca);
    await setTimeout(1000);
    const idleRssBytes = readProcessUsage(exporter.pid).rssBytes;
    await scrapeChecked(exporter);
    const first = await traffic();
    const question: FloorRequest = { ...at, maxConnections, paths: first.paths };
    const runFloor = async () => (await floor.request(question, floorReply)).ms;
    const runExporter = async () => (await scrapeChecked(exporter)).ms;
    let scrapes = 1;

    const inTurn = async (count: number) => {
      const [exporterTimes, floorTimes]: [number[], number[]] = [[], []];
      const ofExporter = async () => exporterTimes.push(await runExporter());
      const ofFloor = async () => floorTimes.push(await runFloor());
      for (let round = 0; round < count; round++) {
        for (const run of round % 2 === 0 ? [ofExporter, ofFloor] : [ofFloor, ofExporter]) await run();
      }
      scrapes += count;
      return { exporterMs: median(exporterTimes), floorMs: median(floorTimes) };
    };

    await inTurn(warmUps);
    for (const { pid } of [exporter, floor]) resetPeakRss(pid);
    const before = [exporter, floor].map(({ pid }) => readProcessUsage(pid));
    const times = await inTurn(rounds);
    const after = [exporter, floor].map(({ pid }) => readProcessUsage(pid));
    const costOf = (side: 0 | 1, ms: number): Cost => ({
      ms,
      cpuMs: (((after[side]?.cpuSeconds ?? 0) - (before[side]?.cpuSeconds ?? 0)) / rounds) * 1000,
      peakRssBytes: after[side]?.peakRssBytes ?? 0,
    });

    const between = await traffic();
    await tell({ ask: "expire" });
    await scrapeChecked(exporter);
    scrapes++;
    const { logins } = await traffic();
    // The floor's token is the old one: a new floor for the last part.
    const lateFloor = child("floor");
    const runLateFloor = async () => (await lateFloor.request(question, floorReply)).ms;
    await runLateFloor();
    await tell({ ask: "delay", ms: delayMs });
    const [delayedExporter, delayedFloor]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      delayedExporter.push(await runExporter());
      delayedFloor.push(await runLateFloor());
    }
    await tell({ ask: "delay", ms: 0 });
    const { text } = await scrapeChecked(exporter);
    await setTimeout(3000);

    return {
      exporter: costOf(0, times.exporterMs),
      floor: costOf(1, times.floorMs),
      delayed: { exporterMs: median(delayedExporter), floorMs: median(delayedFloor) },
      start: { unreachableMs, smallMs, fullMs, idleRssBytes, restRssBytes: readProcessUsage(exporter.pid).rssBytes },
      traffic: {
        requests: first.paths.length,
        bytes: first.bytes,
        connections: first.connections,
        // One login of the first floor is in `between`.
        logins: first.logins + between.logins - 1 + logins,
        scrapes,
      },
      samples: [...countSamples(text).values()].reduce((sum, count) => sum + count, 0),
      mismatches: [...wrong],
    };
  } finally {
    await Promise.all(exporters.map((exporter) => exporter.stop()));
    for (const started of children) started.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
