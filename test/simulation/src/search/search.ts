import { isPaired, scenarios, scenarioName, type Scenario } from "../scenarios/operations";
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
  /** Those that were to be run. */
  readonly allPairs: number;
  readonly missingMarks: readonly string[];
}

const seedsInJob = 250;

export async function search(options: SearchOptions, onProgress: (text: string) => void): Promise<SearchResult> {
  const reached = new Set<string>();
  const failures = new Map<string, Failure>();
  const counts = { runs: 0, violations: 0, pairs: 0, allPairs: 0 };
  const runPart = async (jobs: readonly Job[]): Promise<Job[]> => {
    const found: Job[] = [];
    const progress = createProgress(jobs);
    await runJobs(jobs, options, (result: JobResult) => {
      counts.runs += result.runs;
      counts.violations += result.violations;
      if (result.is === "pairs") counts.pairs += result.runs;
      found.push(...result.found);
      for (const failure of result.failures) addFailure(failures, failure);
      for (const mark of result.marks) reached.add(mark);
      const text = progress(result.runs);
      if (text !== undefined) onProgress(`${text}, ${counts.violations} violations`);
      return !isStopped();
    });
    return found;
  };
  const isStopped = (): boolean => options.first && counts.violations > 0;
  await runPart(createJobs(options));
  if (options.pairs && !isStopped()) {
    const jobs = await runPart(findPairsJobs(options));
    counts.allPairs = jobs.reduce((sum, job) => sum + pairsIn(job), 0);
    onProgress(`${counts.allPairs} pairs`);
    await runPart(jobs);
  }
  return {
    runs: counts.runs,
    violations: counts.violations,
    failures: [...failures.values()].sort((a, b) => b.count - a.count),
    pairs: counts.pairs,
    allPairs: counts.allPairs,
    missingMarks: markNames.filter((name) => !reached.has(name)),
  };
}

function chosenScenarios({ only }: SearchOptions): Scenario[] {
  return scenarios.filter((each) => scenarioName(each).includes(only));
}

/** Single faults and seeds. */
function createJobs(options: SearchOptions): Job[] {
  const { singles, seeds, firstSeed } = options;
  const isDistinct = singles === "distinct";
  const jobs: Job[] = [];
  if (singles !== "none") {
    const chosen = chosenScenarios(options);
    jobs.push(...chosen.map((each) => ({ is: "singles" as const, scenario: scenarioName(each), isDistinct })));
  }
  for (let from = 0; from < seeds; from += seedsInJob) {
    jobs.push({ is: "seeds", from: firstSeed + from, count: Math.min(seedsInJob, seeds - from) });
  }
  return jobs;
}

function findPairsJobs(options: SearchOptions): Job[] {
  const paired = chosenScenarios(options).filter(({ operation }) => isPaired(operation));
  return paired.map((each) => ({ is: "find_pairs", scenario: scenarioName(each) }));
}

function pairsIn(job: Job): number {
  return job.is === "pairs" ? job.seconds.length : 0;
}

/** Says from time to time how far the jobs are, and of pairs, whose number is known, how long the rest may take. */
function createProgress(jobs: readonly Job[]): (runs: number) => string | undefined {
  const startMs = performance.now();
  const pairs = jobs.reduce((sum, job) => sum + pairsIn(job), 0);
  const done = { jobs: 0, runs: 0 };
  return (runs) => {
    done.jobs += 1;
    done.runs += runs;
    if (done.jobs % (pairs > 0 ? 64 : 8) !== 0) return undefined;
    if (pairs === 0) return `${done.jobs} of ${jobs.length} parts, ${done.runs} runs`;
    const leftMs = ((performance.now() - startMs) / Math.max(1, done.runs)) * (pairs - done.runs);
    return `${done.runs} of ${pairs} pairs, about ${Math.ceil(leftMs / 60_000)} min left`;
  };
}
