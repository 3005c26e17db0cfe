import type { Violation } from "../oracles/oracle";
import { scenarioNamed } from "../scenarios/operations";
import { distinctFaults, pairsOf, singleFaults, type Pairs } from "./exhaustive";
import { createMarkCounter } from "./marks";
import { runById, type RunId } from "./replay";

/** A part of the search, small enough to keep every worker busy. */
export type Job =
  | { readonly is: "singles"; readonly scenario: string; readonly isDistinct: boolean }
  /** Finds the pairs, and does not run them. */
  | { readonly is: "find_pairs"; readonly scenario: string }
  | ({ readonly is: "pairs"; readonly scenario: string } & Pairs)
  | { readonly is: "seeds"; readonly from: number; readonly count: number };

export interface Failure {
  readonly id: RunId;
  readonly violation: Violation;
  /** Runs that failed in the same way. */
  readonly count: number;
}

export interface JobResult {
  readonly is: Job["is"];
  readonly runs: number;
  /** Jobs that follow from this one. */
  readonly found: readonly Job[];
  readonly failures: readonly Failure[];
  readonly violations: number;
  readonly marks: readonly string[];
}

/** Carries out a job. */
export async function runJob(job: Job): Promise<JobResult> {
  if (job.is === "find_pairs") return findPairs(job.scenario);
  const marks = createMarkCounter();
  const failures = new Map<string, Failure>();
  let violations = 0;
  let runs = 0;
  const ids = await idsOf(job);
  for (const id of ids) {
    const report = await runById(id);
    runs++;
    marks.see(report.events);
    violations += report.violations.length;
    for (const violation of report.violations) addFailure(failures, { id, violation, count: 1 });
  }
  return {
    is: job.is,
    runs,
    found: [],
    failures: [...failures.values()],
    violations,
    marks: [...marks.reached],
  };
}

async function findPairs(scenario: string): Promise<JobResult> {
  const pairs = await pairsOf(scenarioNamed(scenario));
  const found = pairs.map((each) => ({ is: "pairs" as const, scenario, ...each }));
  return { is: "find_pairs", runs: 0, found, failures: [], violations: 0, marks: [] };
}

/** Adds a failure to those of its kind, of which the first one stands for all. */
export function addFailure(failures: Map<string, Failure>, failure: Failure): void {
  const { oracle, text } = failure.violation;
  const kind = `${oracle} ${text.replace(/[0-9a-f]{32}|\w+-[A-Za-z0-9]{6}\b|[abs]\d?#\d+|s\d\.test/g, "…").slice(0, 160)}`;
  const known = failures.get(kind) ?? { ...failure, count: 0 };
  failures.set(kind, { ...known, count: known.count + failure.count });
}

async function idsOf(job: Exclude<Job, { is: "find_pairs" }>): Promise<readonly RunId[]> {
  switch (job.is) {
    case "singles": {
      const scenario = scenarioNamed(job.scenario);
      const faults = await (job.isDistinct ? distinctFaults : singleFaults)(scenario);
      return [[], ...faults.map((fault) => [fault])].map((each) => ({ is: "scenario", scenario, faults: each }));
    }
    case "pairs": {
      const scenario = scenarioNamed(job.scenario);
      return job.seconds.map((second) => ({ is: "scenario", scenario, faults: [job.first, second] }));
    }
    case "seeds":
      return Array.from({ length: job.count }, (_, index) => ({ is: "seed", seed: job.from + index }));
  }
}
