import type { FaultClass } from "../faults/fault";
import { canHit, faultKinds, type FaultKind } from "../faults/kinds";
import type { PlannedFault } from "../faults/plan";
import type { SeenStep } from "../faults/schedule";
import { endpointOf } from "../trace/events";
import { runScenario, type Scenario } from "../scenarios/operations";

/** Every fault that can hit a step of the undisturbed scenario. */
export async function singleFaults(scenario: Scenario): Promise<PlannedFault[]> {
  const { seen } = await runScenario(scenario, []);
  return faultsAt(seen);
}

/** Each kind of fault once for each endpoint of each server. */
export async function distinctFaults(scenario: Scenario): Promise<PlannedFault[]> {
  const { seen } = await runScenario(scenario, []);
  const known = new Set<string>();
  return faultsAt(seen).filter(({ step, kind }) => {
    const hit = seen[step];
    const key = `${kind} ${typeof hit === "object" ? `${hit.to} ${endpointOf(hit)}` : "checkpoint"}`;
    const isNew = !known.has(key);
    known.add(key);
    return isNew;
  });
}

function faultsAt(seen: readonly SeenStep[]): PlannedFault[] {
  return seen.flatMap((each, step) => [...faultKinds.keys()].filter(hits(each)).map((kind) => ({ step, kind })));
}

/** For each class of pairs, the kinds that stand for it; the first one that can hit a step does. */
const representatives: Readonly<Record<Exclude<FaultClass, "act">, readonly FaultKind[]>> = {
  lost_before: ["reset-before"],
  lost_after: ["reset-after"],
  delayed: ["slow-9s"],
  refused_for_now: ["500/39", "503", "500/19"],
  refused_for_good: ["403/25", "403", "400/4", "404/6"],
  crash: ["crash-sent"],
};

/** A fault of each class that can hit one of these steps. */
export function classFaults(seen: readonly SeenStep[], fromStep = 0): PlannedFault[] {
  return seen.slice(fromStep).flatMap((each, index) =>
    Object.values(representatives).flatMap((kinds) => {
      const kind = kinds.find(hits(each));
      return kind === undefined ? [] : [{ step: fromStep + index, kind }];
    }),
  );
}

/** What can follow a first fault: the run with it may have other steps than the undisturbed one. */
export async function secondFaults(scenario: Scenario, first: PlannedFault): Promise<PlannedFault[]> {
  const { seen } = await runScenario(scenario, [first]);
  return classFaults(seen, first.step + 1);
}

function hits(step: SeenStep): (kind: FaultKind) => boolean {
  if (step === "checkpoint") return (kind) => kind === "crash-before" || kind === "crash-sent";
  return (kind) => canHit(kind, step);
}
