import { formatFaults, type PlannedFault } from "../faults/plan";
import { runScenario, scenarioName, type Scenario } from "../scenarios/operations";
import { drawPlan } from "../scenarios/plan";
import { runPlan } from "../scenarios/runPlan";
import type { RunReport } from "../scenarios/simulate";
import { shrink, withoutOne, type Shrunk } from "./shrink";

/** What identifies a run: all else follows from it. */
export type RunId =
  | { readonly is: "scenario"; readonly scenario: Scenario; readonly faults: readonly PlannedFault[] }
  | {
      readonly is: "seed";
      readonly seed: number;
      /** Undefined: those of the seed. */
      readonly faults?: readonly PlannedFault[];
      /** Indices of the actions that take place. Undefined: all. */
      readonly actions?: readonly number[];
    };

export function runById(id: RunId): Promise<RunReport> {
  if (id.is === "scenario") return runScenario(id.scenario, id.faults);
  const plan = drawPlan(id.seed);
  const { faults = plan.faults, actions } = id;
  return runPlan({ ...plan, faults, actions: plan.actions.filter((_, index) => actions?.includes(index) ?? true) });
}

/** The command that repeats a run. */
export function replayLine(id: RunId): string {
  const faults = id.faults === undefined ? "" : ` --faults ${formatFaults(id.faults) || "none"}`;
  if (id.is === "scenario") return `npm run test:sim -- --scenario ${scenarioName(id.scenario)}${faults}`;
  const actions = id.actions === undefined ? "" : ` --actions ${id.actions.join(",") || "none"}`;
  return `npm run test:sim -- --seed ${id.seed}${faults}${actions}`;
}

/** Reduces a failing run to the faults and the actions that it needs. */
export function shrinkRun(id: RunId): Promise<Shrunk<RunId>> {
  return shrink(id, runById, smallerRuns);
}

function smallerRuns(id: RunId): RunId[] {
  if (id.is === "scenario") return withoutOne(id.faults).map((faults) => ({ ...id, faults }));
  const plan = drawPlan(id.seed);
  const { faults = plan.faults, actions = plan.actions.map((_, index) => index) } = id;
  return [
    ...withoutOne(faults).map((fewer) => ({ ...id, faults: fewer, actions })),
    ...withoutOne(actions).map((fewer) => ({ ...id, faults, actions: fewer })),
  ];
}
