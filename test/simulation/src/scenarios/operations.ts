import type { WorldAct } from "../faults/fault";
import { faultInfo } from "../faults/kinds";
import type { PlannedFault } from "../faults/plan";
import { endpointOf, type WorldEvent } from "../trace/events";
import { createStack, type Stack } from "../world/stack";
import type { DeclaredFedJoin, FedJoinChoice } from "../world/program";
import type { World, WorldConfig } from "../world/world";
import type { Run } from "../engine/run";
import { exporterPlan } from "./exporterPlans";
import { runPrune } from "./prune";
import { calmDown, recoverMembers, recoverNothing, requireNoEntryBeside, requireNoStaleEntry } from "./recovery";
import { isRepeatable } from "./repeatable";
import { runPlan } from "./runPlan";
import { simulate, type RunReport } from "./simulate";

/** What operators do, each with the actors that make a difference. */
const actorsOf = {
  join: ["one", "two"],
  leave: ["one", "two"],
  replace: ["one", "two"],
  rename: ["one", "two"],
  relabel: ["one", "two"],
  move: ["one", "two"],
  refresh: ["one", "two"],
  rejoin: ["one", "two"],
  /** Another logical name, with `--continue-on-error`. */
  continue: ["one", "two"],
  /** A `destroy`, while another stack repairs the same membership after a kick. */
  contest: ["two"],
  /** A join, while the kick of a member that does not answer occupies the master. */
  crowd: ["two"],
  /** `fedjoin prune`, while a living member does not answer and another site has left without its master. */
  prune: ["one", "two"],
  /** An `up --refresh` while a living member does not answer. */
  silent: ["one"],
  /** A `destroy` while the master does not answer. */
  unanswered: ["one"],
  /** An exporter that joins, and joins again after its site has left. */
  watch: ["one"],
  /** An exporter whose password is wrong, and whose pod is replaced again and again. */
  refused: ["one"],
} as const satisfies Record<string, readonly ("one" | "two")[]>;
export type Operation = keyof typeof actorsOf;

/** An operation on one site, by one stack or by two at once. */
export interface Scenario {
  readonly operation: Operation;
  readonly route: "controller" | "master";
  readonly actors: "one" | "two";
}

export const scenarios: readonly Scenario[] = Object.entries(actorsOf).flatMap(([operation, actors]) =>
  (["controller", "master"] as const).flatMap((route) =>
    actors.map((each) => ({ operation: operation as Operation, route, actors: each })),
  ),
);

const pairedOperations: ReadonlySet<Operation> = new Set<Operation>([
  "join",
  "leave",
  "replace",
  "rename",
  "move",
  "refresh",
  "rejoin",
]);

/** True for the operations that are searched for pairs of faults too. */
export function isPaired(operation: Operation): boolean {
  return pairedOperations.has(operation);
}

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

/** What is declared before and by the operation, and the command that carries it out; another one of the second stack. */
function planOf({ operation, route }: Scenario): {
  readonly before: readonly DeclaredFedJoin[];
  readonly after: readonly DeclaredFedJoin[];
  readonly run: Run | "prune";
  readonly secondRun?: Run;
} {
  const member = [declare("u1", {}, route)];
  const up = { operation: "up" } as const;
  const destroy = { operation: "destroy" } as const;
  const upWithRefresh = { operation: "up", refresh: true } as const;
  switch (operation) {
    case "join":
    case "crowd":
      return { before: [], after: member, run: up };
    case "leave":
      return { before: member, after: member, run: destroy };
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
    case "continue":
      return { before: member, after: [declare("store-1", {}, route)], run: { ...up, continueOnError: true } };
    case "move":
      return { before: member, after: [declare("u1", { master: "m2.test" }, route)], run: up };
    case "refresh":
    case "rejoin":
      return { before: member, after: member, run: upWithRefresh };
    case "contest":
      return { before: member, after: member, run: upWithRefresh, secondRun: destroy };
    case "prune": {
      const two = [...member, declare("u2", { storeId: "u2", site: "s2.test" }, route)];
      return { before: two, after: two, run: "prune" };
    }
    case "unanswered":
      return { before: member, after: member, run: destroy };
    case "silent":
      return { before: member, after: member, run: upWithRefresh };
    case "watch":
    case "refused":
      throw new Error("a plan of an exporter has no stack");
  }
}

/** Runs a scenario with these faults, then calms down and requires recovery. */
export function runScenario(scenario: Scenario, faults: readonly PlannedFault[], seed = 1): Promise<RunReport> {
  const { operation, actors, route } = scenario;
  if (operation === "watch" || operation === "refused") return runPlan({ ...exporterPlan(operation, route), faults });
  const config: WorldConfig = {
    seed,
    faults,
    latencyMs: 20,
    masters: operation === "move" ? 2 : 1,
    sites: ["replace", "prune", "crowd"].includes(operation) ? 2 : 1,
    acceptDirectJoin: route === "master",
  };
  return simulate(config, async (world, report) => {
    const { before, after, run, secondRun = run } = planOf(scenario);
    const stacks = (actors === "two" ? ["a", "b"] : ["a"]).map((name) => createStack(name, world));
    await prepare(stacks, before, operation, world);
    for (const stack of stacks) stack.declared = after;
    world.schedule.begin();
    const runs = await world.until(
      Promise.all(
        stacks.map((stack, index) => {
          const own = index === 0 ? run : secondRun;
          return later(world, index * 400, () => (own === "prune" ? runPrune(stack, world) : stack.run(own)));
        }),
      ),
    );
    const survives = !isBesideSilence(operation) && actors === "one" && isRepeatable(world.recorder.events);
    for (const { how, errors } of runs) {
      if ((survives || (faults.length === 0 && !["silent", "unanswered"].includes(operation))) && how !== "succeeded")
        report("one failed request is survived", `${how}: ${errors.join("; ")}`);
    }
    if (
      !isBesideSilence(operation) &&
      actors === "one" &&
      faults.length === 1 &&
      hitsTransiently(world.recorder.events)
    ) {
      for (const { how, errors } of runs) {
        if (how !== "succeeded")
          report("one transient failure of a join or leave is survived", `${how}: ${errors.join("; ")}`);
      }
    }
    await calmDown(world);
    await recover(scenario, stacks, world, report);
  });
}

/** True for what takes place while a site does not answer: then one more failure may be too many. */
function isBesideSilence(operation: Operation): boolean {
  return operation === "prune" || operation === "silent" || operation === "unanswered";
}

async function recover(
  { operation, route }: Scenario,
  stacks: readonly Stack[],
  world: World,
  report: (oracle: string, text: string) => void,
): Promise<void> {
  const [first, second] = stacks;
  if (first === undefined) return;
  if (operation === "leave" || operation === "unanswered") {
    for (const stack of stacks) await recoverNothing(stack, world, report);
    return requireNoStaleEntry(first, world, report);
  }
  if (second !== undefined) {
    if (operation === "contest") await recoverNothing(second, world, report);
    // Two stacks may disagree about the name of a membership that one of them made again: then the second one is refused.
    else await world.until(second.run({ operation: "up", refresh: true }));
  }
  if (operation === "crowd") {
    await world.until(first.run({ operation: "up", refresh: true }));
    // The master alone does not show which entry is the living one.
    if (route === "controller") requireNoEntryBeside(world, report);
  }
  await recoverMembers(first, world, report);
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
  const act = (what: WorldAct, site: string, receiver = site): Promise<void> =>
    world.until(world.act(what, { site, master: "m1.test", receiver }));
  if (operation === "rejoin" || operation === "contest") await act({ on: "site", what: "kick" }, "s1.test");
  // Both stacks must meet after the site's clean-up, not before.
  if (operation === "contest") await world.pass(20_000);
  if (operation === "crowd") {
    const admin = createStack("c", world);
    admin.declared = [declare("u2", { storeId: "u2", site: "s2.test" }, "controller")];
    await world.until(admin.run({ operation: "up" }));
    await act({ on: "receiver", what: "freeze", ms: 600_000 }, "s2.test");
    void world.act({ on: "site", what: "kick" }, { site: "s2.test", master: "m1.test", receiver: "s2.test" });
  }
  if (operation === "prune") await act({ on: "site", what: "leave_untold" }, "s2.test");
  if (operation === "unanswered") await act({ on: "receiver", what: "freeze", ms: 600_000 }, "s1.test", "m1.test");
  if (operation === "prune" || operation === "silent") {
    await act({ on: "receiver", what: "freeze", ms: 600_000 }, "s1.test");
    // By then three rounds of pings have failed, each after its timeouts (rest-api.md#lifecycle-and-timings).
    await world.pass(420_000);
  }
}

async function later<T>(world: World, ms: number, work: () => Promise<T>): Promise<T> {
  if (ms > 0) await world.delay(ms);
  return work();
}
