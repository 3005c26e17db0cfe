import type { Measurement, BenchOptions, Cost } from "./measure";
import { formatTable, megabytes } from "./table";

const milliseconds = (ms: number): string => `${ms.toFixed(0)} ms`;

/**
 * A session of a user ends at the latest after so long, and earlier only when nothing asks for `idleSeconds`
 * (rest-api.md#sessions).
 */
const sessionHours = 6;
const idleSeconds = 300;

const mostTimesFloor = { XS: 1.6, S: 1.6, M: 1.35, L: 1.25 } as const;

interface Goal {
  readonly what: string;
  readonly isMet: boolean;
}

function goalsOf({ exporter, floor, startMs, idleRssBytes }: Measurement, plan: BenchOptions): readonly Goal[] {
  const always = [
    { what: "first /metrics within 200 ms of process start", isMet: startMs <= 200 },
    { what: "idle RSS at most 60 MB", isMet: idleRssBytes <= 60 * 1024 * 1024 },
  ];
  const most = mostTimesFloor[plan.size];
  const time = { what: `time at most ${most} times the floor`, isMet: exporter.ms <= most * floor.ms };
  if (plan.size !== "L") return [time, ...always];
  return [
    time,
    {
      what: "peak RSS at most the floor and 100 MB",
      isMet: exporter.peakRssBytes <= floor.peakRssBytes + 100 * 1024 * 1024,
    },
    ...(plan.delayMs === 5 ? [{ what: "below 650 ms with 5 ms an answer", isMet: exporter.delayedMs < 650 }] : []),
    ...always,
  ];
}

/** What was measured, for people; the last line is `ratio R`, the exporter's time as a multiple of the floor's. */
export function formatReport(measured: Measurement, plan: BenchOptions): string {
  const { exporter, floor, requests, bytes, samples } = measured;
  const row = (what: string, unit: (value: number) => string, key: keyof Cost) => [
    what,
    unit(exporter[key]),
    unit(floor[key]),
  ];
  const perHour = (1 / sessionHours).toFixed(2);
  return [
    `Size ${plan.size}: ${requests} requests per scrape, ${megabytes(bytes)} of JSON, ${samples} samples shown.`,
    `${plan.rounds} scrapes of each side in turn, at most ${plan.maxConnections} connections each; times are medians.`,
    "",
    ...formatTable([
      ["", "exporter", "floor"],
      row("time of a scrape", milliseconds, "ms"),
      row(`  with ${plan.delayMs} ms an answer`, milliseconds, "delayedMs"),
      row("CPU time of a scrape", milliseconds, "cpuMs"),
      row("peak RSS", megabytes, "peakRssBytes"),
    ]),
    "",
    `First /metrics of a controller of size S: ${milliseconds(measured.startMs)} from the start of the process to the last byte.`,
    `Idle RSS before the first scrape: ${megabytes(measured.idleRssBytes)}.`,
    `Logins: ${measured.logins} in ${measured.scrapes} scrapes, in which the controller ended the session once.`,
    `  That is one per session. Scraped more often than every ${idleSeconds} s, a session lasts ${sessionHours} h: ${perHour} logins per hour.`,
    `Connections: ${measured.connections} at most.`,
    "",
    ...goalsOf(measured, plan).map(({ what, isMet }) => `${isMet ? "met    " : "missed "} ${what}`),
    ...measured.mismatches.map((line) => `WRONG   ${line}`),
    `ratio ${(exporter.ms / floor.ms).toFixed(2)}`,
  ].join("\n");
}
