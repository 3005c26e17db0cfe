import { availableParallelism } from "node:os";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { isMainThread } from "node:worker_threads";
import { parseFaults } from "./faults/plan";
import { printHerds } from "./herd/table";
import { replayOverHttps } from "./https/replay";
import { reportHunt, runPlanted, runWithPatch } from "./planted/commands";
import { scenarioNamed } from "./scenarios/operations";
import { serveJobs } from "./search/pool";
import { replayLine, runById, shrinkRun, type RunId } from "./search/replay";
import { search } from "./search/search";
import { add, formatTally, isGood, nothing, type Tally } from "./search/tally";
import { timeline, traceHash } from "./trace/timeline";

const help = `Searches for a course of events in which a membership is not what it should be.

  npm run test:sim                             every single fault, and 20,000 random courses
  npm run test:sim -- --exhaustive             every pair of faults of six classes too
  npm run test:sim -- --all                    every planted defect and every pair of faults too
  npm run test:sim -- --seeds 1000000          so many random courses
  npm run test:sim -- --seed 42                one random course, with its timeline
  npm run test:sim -- --scenario move/controller/one --faults 7:reset-after
                                               one scenario with these faults, with its timeline
  npm run test:sim -- --planted [NAME...]      looks for each planted defect, in a product that has it
  npm run test:sim -- --patch NAME ...         any of the above, in a product with that planted defect
  npm run test:sim -- --https 300              so many random courses again over HTTPS, with the same result
  npm run test:sim -- --herd                   many exporters that join one master after an outage

  --from N      the first seed (default: 1)
  --no-singles  without the single faults
  --distinct    each kind of single fault only once for each endpoint of a scenario
  --only TEXT   only scenarios whose name contains this, such as move/ or /two
  --first       stop at the first violation
  --workers N   threads (default: one for each processor; 0: this one only)
  --faults F    faults by step, such as 3:crash-sent,9:500/39, or none
  --actions A   indices of the actions that take place, such as 0,2, or none
  --shard I/N   only the I-th of N parts of the planted defects
  --resume      without the planted defects that were found before with the same sources
  --seconds S   time of the processor to look for each planted defect (default: 60)
  --hash        print only the hash of the trace
`;

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      patch: { type: "string" },
      planted: { type: "boolean", default: false },
      hunt: { type: "boolean", default: false },
      runs: { type: "string", default: "Infinity" },
      seconds: { type: "string", default: "60" },
      shard: { type: "string" },
      resume: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      exhaustive: { type: "boolean", default: false },
      all: { type: "boolean", default: false },
      "no-singles": { type: "boolean", default: false },
      distinct: { type: "boolean", default: false },
      herd: { type: "boolean", default: false },
      https: { type: "string" },
      first: { type: "boolean", default: false },
      hash: { type: "boolean", default: false },
      seeds: { type: "string", default: "20000" },
      from: { type: "string", default: "1" },
      workers: { type: "string", default: String(availableParallelism()) },
      seed: { type: "string" },
      only: { type: "string", default: "" },
      scenario: { type: "string" },
      faults: { type: "string" },
      actions: { type: "string" },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const workers = Number(values.workers);
  const hunted = { workers, seconds: Number(values.seconds), shard: values.shard, resumes: values.resume };
  const root = resolve(dirname(process.argv[1] ?? ""), "../../..");
  if (values.patch !== undefined) {
    const rest = args.filter((arg, index) => arg !== "--patch" && args[index - 1] !== "--patch");
    return runWithPatch(root, values.patch, rest);
  }
  if (values.planted) return end(await runPlanted(root, { ...hunted, names: positionals }));
  if (values.hunt) return reportHunt({ runs: Number(values.runs), seconds: hunted.seconds });
  if (values.herd) {
    await printHerds(console.log);
    return 0;
  }
  if (values.https !== undefined) return compareWithHttps(Number(values.from), Number(values.https));
  const id = runIdOf(values);
  if (id !== undefined) return replay(id, values.hash);
  const searched = await searchAll({
    singles: values["no-singles"] ? "none" : values.distinct ? "distinct" : "all",
    only: values.only,
    pairs: values.exhaustive || values.all,
    seeds: Number(values.seeds),
    firstSeed: Number(values.from),
    workers,
    first: values.first,
    file: process.argv[1] ?? "",
  });
  return end(values.all ? add(searched, await runPlanted(root, { ...hunted, names: [] })) : searched);
}

async function compareWithHttps(from: number, count: number): Promise<number> {
  const { histories, requests, different } = await replayOverHttps({ from, count }, console.log);
  console.log(`${histories} histories, ${requests} requests over HTTPS, ${different} differ`);
  return different === 0 ? 0 : 1;
}

function end(tally: Tally): number {
  console.log(formatTally(tally));
  return isGood(tally) ? 0 : 1;
}

function runIdOf({
  seed,
  scenario,
  faults,
  actions,
}: Partial<Record<"seed" | "scenario" | "faults" | "actions", string>>): RunId | undefined {
  const planned = faults === undefined ? undefined : parseFaults(faults);
  if (scenario !== undefined) return { is: "scenario", scenario: scenarioNamed(scenario), faults: planned ?? [] };
  if (seed === undefined) return undefined;
  const kept =
    actions === undefined
      ? undefined
      : actions
          .split(",")
          .filter((each) => /^\d+$/.test(each))
          .map(Number);
  return {
    is: "seed",
    seed: Number(seed),
    ...(planned !== undefined && { faults: planned }),
    ...(kept !== undefined && { actions: kept }),
  };
}

async function replay(id: RunId, isHashOnly: boolean): Promise<number> {
  const { events, violations } = await runById(id);
  if (!isHashOnly) console.log(timeline(events).join("\n"));
  for (const { oracle, text } of violations) console.log(`violation: ${oracle}: ${text}`);
  console.log(traceHash(events));
  return violations.length > 0 ? 1 : 0;
}

const shownFailures = 12;
/** With so many courses, the search must have reached every branch that has a mark. */
const seedsOfWholeSearch = 10_000;

/** Searches, and shows each kind of violation. A branch that a whole search never reaches is one too. */
async function searchAll(options: Parameters<typeof search>[0]): Promise<Tally> {
  const { runs, violations, failures, pairs, allPairs, missingMarks } = await search(options, console.error);
  for (const { id, violation, count } of failures.slice(0, shownFailures)) {
    console.log(`\n${count} times: ${violation.oracle}: ${violation.text}\n  ${replayLine(id)}`);
  }
  const [first] = failures;
  if (first !== undefined) {
    const { input, report } = await shrinkRun(first.id);
    console.log(`\n${timeline(report.events).join("\n")}\n\n${replayLine(input)}`);
    for (const { oracle, text } of report.violations) console.log(`violation: ${oracle}: ${text}`);
  }
  const isWhole = options.singles === "all" && options.only === "" && options.seeds >= seedsOfWholeSearch;
  const unreached = isWhole ? missingMarks : [];
  for (const name of unreached) console.log(`never reached: ${name}`);
  return { ...nothing, runs, violations: violations + unreached.length, pairs, allPairs };
}

if (isMainThread) {
  main().then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    },
  );
} else serveJobs();
