import type { Run } from "../engine/run";
import { createUrn } from "../engine/urn";
import type { Carrier } from "../world/carrier";
import { createExporter, type Exporter } from "../world/exporter";
import { fedJoinType, type DeclaredFedJoin } from "../world/program";
import { createStack, type Stack } from "../world/stack";
import type { World } from "../world/world";
import { changeDeclaration, declareSites } from "./declarations";
import type { Action, Plan } from "./plan";
import { runPrune } from "./prune";
import { calmDown, recoverByExporter, recoverMembers, recoverNothing, requireNoStaleEntry } from "./recovery";
import { simulate, type RunReport, type Script } from "./simulate";

/** Runs a plan: its actions with its faults, then calm, then recovery. */
export function runPlan(plan: Plan, carrier?: Carrier): Promise<RunReport> {
  const config = { ...plan, acceptDirectJoin: plan.route === "master" };
  const script: Script = async (world, report) => {
    const stacks = Array.from({ length: plan.stacks }, (_, index) => createStack(index === 0 ? "a" : "b", world));
    for (const stack of stacks) stack.declared = declareSites(plan);
    const exporter = createPlanExporter(plan, world);
    world.schedule.begin();
    exporter?.start();
    await world.until(perform(plan, { stacks, exporter, world }));
    await calmDown(world);
    const [first] = stacks;
    if (first === undefined) {
      if (exporter !== undefined) await recoverByExporter(exporter, plan, world, report);
    } else {
      await agree(stacks, plan, world);
      await recoverMembers(first, world, report);
      await recoverEnd(stacks, exporter, world, report);
    }
    if (exporter !== undefined) await world.until(exporter.stop());
  };
  return simulate(config, script, carrier);
}

/** A stack must not want the exporter's site at another master than the exporter does. */
function withMasterOfExporter(declared: DeclaredFedJoin): DeclaredFedJoin {
  const { inputs } = declared;
  return inputs.site === exporterSite ? { ...declared, inputs: { ...inputs, master: exporterMaster } } : declared;
}

/**
 * What people settle before recovery can work: two stacks, or a stack and the exporter, must not want one site at
 * different masters, and a changed password that was in the state is proven by a plain `up` of what is in the state.
 */
async function agree([first, second]: readonly Stack[], { passwords, exporter }: Plan, world: World): Promise<void> {
  if (first === undefined) return;
  if (passwords === "state" && first.applied.length > 0) first.declared = first.applied;
  if (passwords === "state") await world.until(first.run({ operation: "up" }));
  if (exporter !== "none") first.declared = first.declared.map(withMasterOfExporter);
  if (second === undefined) return;
  second.declared = first.declared;
  if (passwords === "state") await world.until(second.run({ operation: "up" }));
  await world.until(second.run({ operation: "up", refresh: true }));
}

/** At last the program is empty, and nothing of it is left anywhere. */
async function recoverEnd(
  stacks: readonly Stack[],
  exporter: Exporter | undefined,
  world: World,
  report: (oracle: string, text: string) => void,
): Promise<void> {
  const [first] = stacks;
  if (exporter !== undefined || first === undefined) return;
  await recoverNothing(first, world, report);
  await requireNoStaleEntry(first, world, report);
}

function createPlanExporter({ exporter: mode, route }: Plan, world: World): Exporter | undefined {
  if (mode === "none") return undefined;
  return createExporter({ site: exporterSite, storeId: "u1", master: exporterMaster, route, mode }, world);
}

const exporterSite = "s1.test";
const exporterMaster = "m1.test";

/** Who carries out the actions of a plan. */
interface Actors {
  readonly stacks: readonly Stack[];
  readonly exporter: Exporter | undefined;
  readonly world: World;
}

async function perform({ actions }: Plan, actors: Actors): Promise<void> {
  const { world } = actors;
  const running: Promise<unknown>[] = [];
  for (const action of actions) {
    if (action.afterMs > 0) await world.delay(action.afterMs);
    const work = start(action, actors).catch((error: unknown) => {
      throw error;
    });
    running.push(work);
    if (action.isAwaited) await work;
  }
  await Promise.all(running);
}

async function start(action: Action, { stacks, exporter, world }: Actors): Promise<void> {
  const { siteHosts, masterHosts } = world.controllers;
  switch (action.does) {
    case "act": {
      const site = siteHosts[action.site] ?? "";
      const master = masterHosts[action.master] ?? "";
      const receiver = action.site % 2 === 0 ? site : master;
      return world.act(action.act, { site, master, receiver });
    }
    case "change_password":
      world.controllers.changePassword((action.at === "site" ? siteHosts : masterHosts)[0] ?? "", action.isTold);
      return;
    case "restart_exporter":
      return exporter?.restart();
    case "wait":
      return;
    case "declare": {
      const stack = stacks[action.stack];
      if (stack !== undefined) stack.declared = changeDeclaration(stack, action, world);
      return;
    }
    case "prune": {
      const stack = stacks[action.stack];
      if (stack !== undefined) await runPrune(stack, world);
      return;
    }
    case "command": {
      const stack = stacks[action.stack];
      if (stack === undefined) return;
      await stack.run(toRun(action.command, stack), (process) => {
        if (action.killAfterMs !== undefined) void world.delay(action.killAfterMs).then(process.crash);
      });
      return;
    }
  }
}

function toRun(command: (Action & { does: "command" })["command"], stack: Stack): Run {
  const urns = stack.declared.slice(0, 1).map(({ name }: DeclaredFedJoin) => createUrn(stack.state, fedJoinType, name));
  switch (command) {
    case "up":
      return { operation: "up" };
    case "up --refresh":
      return { operation: "up", refresh: true };
    case "up --continue-on-error":
      return { operation: "up", continueOnError: true };
    case "preview":
      return { operation: "up", preview: true };
    case "refresh":
    case "destroy":
      return { operation: command };
    case "up --target":
      return { operation: "up", targets: urns };
    case "up --replace":
      return { operation: "up", replaces: urns };
  }
}
