import type { FaultClass } from "../faults/fault";
import { canHit, faultKinds, type FaultKind } from "../faults/kinds";
import type { PlannedFault } from "../faults/plan";
import type { SeenStep } from "../faults/schedule";
import { endpointOf, type Message } from "../trace/events";
import { runScenario, type Scenario } from "../scenarios/operations";

/** Every fault that can hit a step of the undisturbed scenario. */
export async function singleFaults(scenario: Scenario): Promise<PlannedFault[]> {
  const { seen } = await runScenario(scenario, []);
  return faultsAt(seen);
}

/** Each kind of fault once for each endpoint of each server. */
export async function distinctFaults(scenario: Scenario): Promise<PlannedFault[]> {
  const { seen } = await runScenario(scenario, []);
  const endpoint = (each: SeenStep): string => (each === "checkpoint" ? each : `${each.to} ${endpointOf(each)}`);
  return onceForEach(seen.map(endpoint), faultsAt(seen));
}

/** The first fault of each kind among steps of the same name. */
function onceForEach(names: readonly string[], faults: readonly PlannedFault[]): PlannedFault[] {
  const known = new Set<string>();
  return faults.filter(({ step, kind }) => {
    const key = `${kind} ${names[step] ?? ""}`;
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

/** A fault of each class that can hit one of these steps, once for all that are equal. */
function classFaults(seen: readonly SeenStep[], fromStep = 0): PlannedFault[] {
  const faults = seen.slice(fromStep).flatMap((each, index) =>
    Object.values(representatives).flatMap((kinds) => {
      const kind = kinds.find(hits(each));
      return kind === undefined ? [] : [{ step: fromStep + index, kind }];
    }),
  );
  return onceForEach(namesOfSteps(seen), faults);
}

/** Steps with the same name are equal: the same sender repeats the same request while nobody asks for a change. */
function namesOfSteps(seen: readonly SeenStep[]): string[] {
  let changes = 0;
  return seen.map((each) => {
    if (each === "checkpoint") return `${each} ${changes}`;
    const { from, to } = each;
    const endpoint = endpointOf(each);
    if (isChange(each)) changes++;
    return `${from} ${to} ${endpoint} ${changes}`;
  });
}

/** True for what makes or ends a membership, whoever sends it. */
function isChange({ method, path }: Message): boolean {
  return method !== "GET" && path.startsWith("/v1/fed/");
}

/** A first fault, and what can follow it: the run with it may have other steps than the undisturbed one. */
export interface Pairs {
  readonly first: PlannedFault;
  readonly seconds: readonly PlannedFault[];
}

/** The pairs of faults of the six classes in a scenario. */
export async function pairsOf(scenario: Scenario): Promise<Pairs[]> {
  const { seen } = await runScenario(scenario, []);
  const pairs: Pairs[] = [];
  for (const first of classFaults(seen)) {
    const after = await runScenario(scenario, [first]);
    pairs.push({ first, seconds: classFaults(after.seen, first.step + 1) });
  }
  return pairs;
}

function hits(step: SeenStep): (kind: FaultKind) => boolean {
  if (step === "checkpoint") return (kind) => kind === "crash-before" || kind === "crash-sent";
  return (kind) => canHit(kind, step);
}
