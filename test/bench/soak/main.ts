import { parseCommandLine, runProgram, wholeNumberOption } from "@fedjoin/provider/internal/commandLine";
import { formatTable, megabytes } from "../table";
import { growthOf } from "./growth";
import { soak, type Held, type SoakOptions } from "./soak";

const commandLine = parseCommandLine<SoakOptions>("npm run bench:soak --", process.argv.slice(2), (program, select) => {
  program
    .description(
      `Scrapes a simulated master that fails in every way in turn, and a member through it, with the
exporter as it is shipped, and compares what the process holds at the beginning and at the end.
Exit code 1 if it grows. The last line is the ratio of its memory.`,
    )
    .addOption(wholeNumberOption("--seconds <n>", "length of the run", 1).default(1200))
    .addOption(
      wholeNumberOption("--phase <ms>", "time for each failure, and for the recovery from it", 1).default(4000),
    )
    .addOption(wholeNumberOption("--interval <ms>", "pause between scrapes", 1).default(500))
    .action(({ seconds, phase, interval }) => {
      select({ seconds, phaseMs: phase, scrapeEveryMs: interval });
    });
});

void runProgram(commandLine, 1, async (options) => {
  const start = performance.now();
  const { held, scrapes, mismatches } = await soak(options, (now) => {
    console.log(`${((performance.now() - start) / 1000).toFixed(0)} s: ${describe(now)}`);
  });
  const growth = growthOf(held);
  const figure = (what: keyof Held, value: number): string => (what === "rssBytes" ? megabytes(value) : `${value}`);
  const rows = growth.map(({ what, first, last, isGrowing }) => [
    names[what],
    figure(what, first),
    figure(what, last),
    isGrowing ? "grows" : "",
  ]);
  console.log(
    [
      `${scrapes} scrapes in ${held.length} cycles; medians of the first and the last third.`,
      ...formatTable([["", "first", "last", ""], ...rows]),
      ...mismatches.map((line) => `WRONG   ${line}`),
    ].join("\n"),
  );
  const rss = growth.find(({ what }) => what === "rssBytes");
  console.log(`ratio ${((rss?.last ?? NaN) / (rss?.first ?? NaN)).toFixed(2)}`);
  return mismatches.length > 0 || growth.some(({ isGrowing }) => isGrowing) ? 1 : 0;
});

const names: Readonly<Record<keyof Held, string>> = {
  rssBytes: "RSS",
  sockets: "sockets",
  timers: "timers",
  sessions: "sessions at the master",
};

function describe({ rssBytes, sockets, timers, sessions }: Held): string {
  return `${megabytes(rssBytes)}, ${sockets} sockets, ${timers} timers, ${sessions} sessions`;
}
