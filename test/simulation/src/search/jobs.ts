import type { Violation } from "../oracles/oracle";
import { scenarioNamed } from "../scenarios/operations";
import type { PlannedFault } from "../faults/plan";
import { secondFaults, singleFaults } from "./exhaustive";
import { createMarkCounter } from "./marks";
import { runById, type RunId } from "./replay";

/** A part of the search, small enough to keep every worker busy. */
export type Job =
  | { readonly is: "singles"; readonly scenario: string }
  | { readonly is: "pairs"; readonly scenario: string; readonly first: PlannedFault }
  | { readonly is: "seeds"; readonly from: number; readonly count: number };

export interface Failure {
  readonly id: RunId;
  readonly violations: readonly Violation[];
}

export interface JobResult {
  readonly is: Job["is"];
  readonly runs: number;
  readonly failures: readonly Failure[];
  /** Violations in all, of which only some failures are kept. */
  readonly violations: number;
  readonly marks: readonly string[];
}

const keptFailures = 20;

/** Carries out a job; `isStopped` ends it early. */
export async function runJob(job: Job): Promise<JobResult> {
  const marks = createMarkCounter();
  const failures: Failure[] = [];
  let violations = 0;
  let runs = 0;
  for (const id of await idsOf(job)) {
    const report = await runById(id);
    runs++;
    marks.see(report.events);
    violations += report.violations.length;
    if (report.violations.length > 0 && failures.length < keptFailures)
      failures.push({ id, violations: report.violations });
  }
  return { is: job.is, runs, failures, violations, marks: [...marks.reached] };
}

async function idsOf(job: Job): Promise<readonly RunId[]> {
  switch (job.is) {
    case "singles": {
      const scenario = scenarioNamed(job.scenario);
      const faults = await singleFaults(scenario);
      return [[], ...faults.map((fault) => [fault])].map((each) => ({ is: "scenario", scenario, faults: each }));
    }
    case "pairs": {
      const scenario = scenarioNamed(job.scenario);
      const seconds = await secondFaults(scenario, job.first);
      return seconds.map((second) => ({ is: "scenario", scenario, faults: [job.first, second] }));
    }
    case "seeds":
      return Array.from({ length: job.count }, (_, index) => ({ is: "seed", seed: job.from + index }));
  }
}
