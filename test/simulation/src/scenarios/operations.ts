import { faultInfo } from "../faults/kinds";
import type { PlannedFault } from "../faults/plan";
import { endpointOf, type WorldEvent } from "../trace/events";
import { createStack, type Stack } from "../world/stack";
import type { DeclaredFedJoin, FedJoinChoice } from "../world/program";
import type { World, WorldConfig } from "../world/world";
import type { Run } from "../engine/run";
import { calmDown, recoverMembers, recoverNothing, requireNoStaleEntry } from "./recovery";
import { isRepeatable } from "./repeatable";
import { simulate, type RunReport } from "./simulate";

export const operations = ["join", "leave", "replace", "rename", "relabel", "move", "refresh", "rejoin"] as const;
export type Operation = (typeof operations)[number];

/** An operation on one site, by one stack or by two at once. */
export interface Scenario {
  readonly operation: Operation;
  readonly route: "controller" | "master";
  readonly actors: "one" | "two";
}

export const scenarios: readonly Scenario[] = operations.flatMap((operation) =>
  (["controller", "master"] as const).flatMap((route) =>
    (["one", "two"] as const).map((actors) => ({ operation, route, actors })),
  ),
);

/** Such as `move/controller/two`. */
export function scenarioName({ operation, route, actors }: Scenario): string {
  return `${operation}/${route}/${actors}`;
}

/** @throws Error if there is none of this name. */
export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((each) => scenarioName(each) === name);
  if (found === undefined)
    throw new Error(`no such scenario: ${name}; known are ${scenarios.map(scenarioName).join(", ")}`);
  return found;
}

const declare = (name: string, choice: Partial<FedJoinChoice>, route: Scenario["route"]): DeclaredFedJoin => ({
  name,
  inputs: {
    storeId: "u1",
    site: "s1.test",
    master: "m1.test",
    route,
    token: "minted",
    passwords: "environment",
    ...choice,
  },
});

/** What is declared before and by the operation, and the command that carries it out. */
function planOf({ operation, route }: Scenario): {
  readonly before: readonly DeclaredFedJoin[];
  readonly after: readonly DeclaredFedJoin[];
  readonly run: Run;
} {
  const member = [declare("u1", {}, route)];
  const up = { operation: "up" } as const;
  switch (operation) {
    case "join":
      return { before: [], after: member, run: up };
    case "leave":
      return { before: member, after: member, run: { operation: "destroy" } };
    case "replace":
      return { before: member, after: [declare("u1", { storeId: "u2", site: "s2.test" }, route)], run: up };
    case "rename":
      return {
        before: [declare("u1", { clusterName: "edge-1" }, route)],
        after: [declare("u1", { clusterName: "edge-2" }, route)],
        run: up,
      };
    case "relabel":
      return { before: member, after: [declare("store-1", {}, route)], run: up };
    case "move":
      return { before: member, after: [declare("u1", { master: "m2.test" }, route)], run: up };
    case "refresh":
    case "rejoin":
      return { before: member, after: member, run: { operation: "up", refresh: true } };
  }
}

/** Runs a scenario with these faults, then calms down and requires recovery. */
export function runScenario(scenario: Scenario, faults: readonly PlannedFault[], seed = 1): Promise<RunReport> {
  const { operation, actors } = scenario;
  const config: WorldConfig = {
    seed,
    faults,
    latencyMs: 20,
    masters: operation === "move" ? 2 : 1,
    sites: operation === "replace" ? 2 : 1,
    acceptDirectJoin: scenario.route === "master",
  };
  return simulate(config, async (world, report) => {
    const { before, after, run } = planOf(scenario);
    const stacks = (actors === "two" ? ["a", "b"] : ["a"]).map((name) => createStack(name, world));
    await prepare(stacks, before, operation, world);
    for (const stack of stacks) stack.declared = after;
    world.schedule.begin();
    const runs = await world.until(
      Promise.all(stacks.map((stack, index) => later(world, index * 400, () => stack.run(run)))),
    );
    const mustSucceed = faults.length === 0 || (actors === "one" && isRepeatable(world.recorder.events));
    for (const { how, errors } of runs) {
      if (mustSucceed && how !== "succeeded") report("one failed request is survived", `${how}: ${errors.join("; ")}`);
    }
    if (actors === "one" && faults.length === 1 && hitsTransiently(world.recorder.events)) {
      for (const { how, errors } of runs) {
        if (how !== "succeeded")
          report("one transient failure of a join or leave is survived", `${how}: ${errors.join("; ")}`);
      }
    }
    await calmDown(world);
    const isEnd = operation === "leave";
    const [first, second] = stacks;
    // Two stacks may disagree about the name of a membership that one of them made again: then the second one is refused.
    if (second !== undefined && !isEnd) await world.until(second.run({ operation: "up", refresh: true }));
    for (const stack of isEnd ? stacks : stacks.slice(0, 1)) {
      await (isEnd ? recoverNothing : recoverMembers)(stack, world, report);
    }
    if (isEnd && first !== undefined) await requireNoStaleEntry(first, world, report);
  });
}

const changes: ReadonlySet<string> = new Set(
  ["join", "leave", "join_internal", "leave_internal"].map((path) => `POST /v1/fed/${path}`),
);
const transient: ReadonlySet<string> = new Set(["lost_before", "lost_after", "refused_for_now"]);

/** True if the fault hit a request that makes or ends a membership, and repeating the request can succeed. */
function hitsTransiently(events: readonly WorldEvent[]): boolean {
  const fault = events.find((event) => event.type === "fault");
  if (fault === undefined) return false;
  const { class: ofClass, fault: what } = faultInfo(fault.kind);
  // Text that is not a controller's, or endless, is no failure that repeating helps.
  const isReadable = what.is === "loss" || (what.is === "response" && what.status >= 400);
  if (!transient.has(ofClass) || !isReadable) return false;
  return events.some(
    (event) => event.type === "request" && event.message.step === fault.step && changes.has(endpointOf(event.message)),
  );
}

async function prepare(
  stacks: readonly Stack[],
  before: readonly DeclaredFedJoin[],
  operation: Operation,
  world: World,
): Promise<void> {
  for (const stack of stacks) {
    stack.declared = before;
    if (before.length > 0) await world.until(stack.run({ operation: "up" }));
  }
  if (operation === "rejoin")
    await world.until(world.act({ on: "site", what: "kick" }, { site: "s1.test", master: "m1.test" }));
}

async function later<T>(world: World, ms: number, work: () => Promise<T>): Promise<T> {
  if (ms > 0) await world.delay(ms);
  return work();
}
