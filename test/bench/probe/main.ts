import { parseCommandLine, runProgram, wholeNumberOption } from "@fedjoin/provider/internal/commandLine";
import { formatTable, megabytes } from "../table";
import { measureProbe, type Cover, type ProbeMeasurement, type ProbeOptions } from "./measureProbe";

const commandLine = parseCommandLine<ProbeOptions>(
  "npm run bench:probe --",
  process.argv.slice(2),
  (program, select) => {
    program
      .description(
        `Probes the members of a federation through their master by one exporter, twice within the
intervals of its collectors, and compares the first round with a bare client that fetches the
same addresses. The last line is the ratio of their times.`,
      )
      .addOption(wholeNumberOption("--members <n>", "number of members", 1).default(1000))
      .addOption(wholeNumberOption("--concurrency <n>", "probes at a time", 1).default(8))
      .addOption(wholeNumberOption("--connections <n>", "connections to the master", 1).default(8))
      .action(({ members, concurrency, connections }) => {
        select({ members, concurrency, maxConnections: connections });
      });
  },
);

/** Exit code 1 only when a probe did not show what the data demand, or a request came twice. */
void runProgram(commandLine, 1, async (options) => {
  const measured = await measureProbe(options);
  console.log(formatReport(measured, options));
  return measured.mismatches.length + measured.repeated.length > 0 ? 1 : 0;
});

const rssGoalBytes = 200 * 1024 * 1024;

function formatReport(measured: ProbeMeasurement, { members, concurrency, maxConnections }: ProbeOptions): string {
  const { first, again, floor, idleRssBytes, logins, mismatches, repeated } = measured;
  const row = (what: string, format: (cover: Cover) => string) => [what, ...[first, again, floor].map(format)];
  const peak = Math.max(first.peakRssBytes, again.peakRssBytes);
  return [
    `${members} members, ${concurrency} probes at a time, at most ${maxConnections} connections to the master.`,
    "",
    ...formatTable([
      ["", "first round", "again", "floor"],
      row("time, s", ({ seconds }) => seconds.toFixed(1)),
      row("CPU time, s", ({ cpuSeconds }) => cpuSeconds.toFixed(1)),
      row("peak RSS", ({ peakRssBytes }) => megabytes(peakRssBytes)),
      row("requests at the master", ({ requests }) => `${requests}`),
    ]),
    "",
    `RSS after the start: ${megabytes(idleRssBytes)}. Logins: ${logins}.`,
    `${peak <= rssGoalBytes ? "met    " : "missed "} peak RSS at most 200 MB`,
    `${repeated.length === 0 ? "met    " : "missed "} no request twice within its interval`,
    ...[...mismatches, ...repeated].map((line) => `WRONG   ${line}`),
    `ratio ${(first.seconds / floor.seconds).toFixed(2)}`,
  ].join("\n");
}
