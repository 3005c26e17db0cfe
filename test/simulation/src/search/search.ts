import { isPaired, scenarios, scenarioName, runScenario } from "../scenarios/operations";
import { classFaults } from "./exhaustive";
import { addFailure, type Failure, type Job, type JobResult } from "./jobs";
import { markNames } from "./marks";
import { runJobs } from "./pool";

export interface SearchOptions {
  /** "distinct": each kind of fault once for each endpoint. */
  readonly singles: "all" | "distinct" | "none";
  /** Only scenarios whose name contains this. */
  readonly only: string;
  readonly pairs: boolean;
  readonly seeds: number;
  readonly firstSeed: number;
  readonly workers: number;
  /** Stop at the first violation. */
  readonly first: boolean;
  readonly file: string;
}

export interface SearchResult {
  readonly runs: number;
  readonly violations: number;
  readonly failures: readonly Failure[];
  /** Pairs of faults that were run. */
  readonly pairs: number;
  /** Those that were to be run, as far as the first faults are known. */
  readonly allPairs: number;
  readonly missingMarks: readonly string[];
}

const seedsInJob = 250;

export async function search(options: SearchOptions, onProgress: (text: string) => void): Promise<SearchResult> {
  const jobs = await createJobs(options);
  const reached = new Set<string>();
  const failures = new Map<string, Failure>();
  const counts = { runs: 0, violations: 0, pairs: 0, allPairs: 0, done: 0 };
  let isStopped = false;
  await runJobs(jobs, options, (result: JobResult) => {
    counts.runs += result.runs;
    counts.violations += result.violations;
    counts.done += 1;
    if (result.is === "pairs") {
      counts.pairs += result.runs;
      counts.allPairs += result.planned;
    }
    for (const failure of result.failures) addFailure(failures, failure);
    for (const mark of result.marks) reached.add(mark);
    if (counts.done % 8 === 0)
      onProgress(`${counts.done} of ${jobs.length} parts, ${counts.runs} runs, ${counts.violations} violations`);
    isStopped ||= options.first && counts.violations > 0;
    return !isStopped;
  });
  return {
    runs: counts.runs,
    violations: counts.violations,
    failures: [...failures.values()].sort((a, b) => b.count - a.count),
    pairs: counts.pairs,
    allPairs: counts.allPairs,
    missingMarks: markNames.filter((name) => !reached.has(name)),
  };
}

async function createJobs({ singles, only, pairs, seeds, firstSeed }: SearchOptions): Promise<Job[]> {
  const chosen = scenarios.filter((each) => scenarioName(each).includes(only));
  const isDistinct = singles === "distinct";
  const jobs: Job[] = [];
  if (singles !== "none") {
    jobs.push(...chosen.map((each) => ({ is: "singles" as const, scenario: scenarioName(each), isDistinct })));
  }
  for (let from = 0; from < seeds; from += seedsInJob) {
    jobs.push({ is: "seeds", from: firstSeed + from, count: Math.min(seedsInJob, seeds - from) });
  }
  if (!pairs) return jobs;
  for (const scenario of chosen.filter(({ operation }) => isPaired(operation))) {
    const { seen } = await runScenario(scenario, []);
    jobs.push(...classFaults(seen).map((first) => ({ is: "pairs" as const, scenario: scenarioName(scenario), first })));
  }
  return jobs;
}
