import type { SiteAct, WorldAct } from "../faults/fault";
import { faultKinds } from "../faults/kinds";
import type { PlannedFault } from "../faults/plan";
import { createSeededRandom, type SeededRandom } from "@fedjoin/simulator";

/** What a seed decides: a world, what its users and admins do, and what goes wrong. */
export interface Plan {
  readonly seed: number;
  readonly masters: number;
  readonly sites: number;
  readonly route: "controller" | "master";
  readonly token: "minted" | "url";
  readonly passwords: "state" | "environment";
  readonly latencyMs: number;
  /** Stacks that declare the sites. */
  readonly stacks: 0 | 1 | 2;
  readonly exporter: "none" | "once" | "watch";
  readonly actions: readonly Action[];
  readonly faults: readonly PlannedFault[];
}

export type Action = {
  /** Time after the action before: after its end if it is awaited, otherwise after its start. */
  readonly afterMs: number;
  readonly isAwaited: boolean;
} & (
  | { readonly does: "command"; readonly stack: number; readonly command: StackCommand; readonly killAfterMs?: number }
  | { readonly does: "declare"; readonly stack: number; readonly change: Declaration; readonly site: number }
  | { readonly does: "act"; readonly act: WorldAct; readonly site: number; readonly master: number }
  | { readonly does: "change_password"; readonly at: "site" | "master"; readonly isTold: boolean }
  | { readonly does: "restart_exporter" }
  | { readonly does: "wait" }
  | { readonly does: "prune"; readonly stack: number }
);

export const stackCommands = [
  "up",
  "up --refresh",
  "up --continue-on-error",
  "refresh",
  "preview",
  "destroy",
  "up --target",
  "up --replace",
] as const;
export type StackCommand = (typeof stackCommands)[number];

/** A change of the program: a cluster name, the logical name, the master, the site of a store, or whether it is declared. */
export type Declaration = "rename" | "relabel" | "move" | "replace" | "remove" | "force_leave" | "revert";

const siteActs = ["kick", "kick_untold", "leave", "leave_untold", "reinstall", "rename"] as const satisfies SiteAct[];
const stepsWithFaults = 60;

/** Draws a plan. Each plan has only some kinds of faults, so that one kind does not hide what another one shows. */
export function drawPlan(seed: number): Plan {
  const random = createSeededRandom(seed).fork("plan");
  const sites = random.chance(4) ? 4 + random.below(5) : random.chance(30) ? 2 + random.below(2) : 1;
  const drawnExporter = random.chance(35) ? random.pick(["once", "watch", "watch"] as const) : "none";
  const stacks = drawnExporter !== "none" && random.chance(40) ? 0 : random.chance(25) ? 2 : 1;
  const masters = random.chance(40) ? 2 : 1;
  const route = random.chance(75) ? "controller" : "master";
  // Without a login at the site, a stack cannot tell or end the membership that an exporter made under another name.
  const exporter = stacks > 0 && route === "master" ? "none" : drawnExporter;
  return {
    seed,
    masters,
    sites,
    route,
    token: random.chance(60) ? "minted" : "url",
    passwords: random.chance(70) ? "environment" : "state",
    latencyMs: random.pick([2, 20, 20, 400]),
    stacks,
    exporter,
    actions: drawActions(random, { stacks, sites, masters }),
    faults: drawFaults(random),
  };
}

function drawFaults(random: SeededRandom): PlannedFault[] {
  const kinds = random.subset([...faultKinds.keys()], 30);
  const [first, ...others] = kinds;
  if (first === undefined) return [];
  return Array.from({ length: random.below(5) }, () => ({
    step: random.below(stepsWithFaults),
    kind: random.pick([first, ...others]),
  }));
}

interface Counts {
  readonly stacks: number;
  readonly sites: number;
  readonly masters: number;
}

function drawActions(random: SeededRandom, counts: Counts): Action[] {
  const first = counts.stacks > 0 ? [command(random, 0, "up")] : [];
  return [...first, ...Array.from({ length: random.below(5) }, () => drawAction(random, counts))];
}

function drawAction(random: SeededRandom, { stacks, sites, masters }: Counts): Action {
  const timing = { afterMs: random.pick([0, 100, 1_000, 5_000, 12_000, 240_000]), isAwaited: random.chance(60) };
  const stack = random.below(Math.max(1, stacks));
  const site = random.below(sites);
  const kind = stacks === 0 ? 60 + random.below(40) : random.below(100);
  if (kind < 38) {
    return command(random, stack, random.pick(["up", ...stackCommands]));
  }
  if (kind < 60) {
    const change = random.pick(["rename", "relabel", "move", "replace", "remove", "force_leave", "revert"] as const);
    return { ...timing, does: "declare", stack, change, site };
  }
  if (kind < 66) {
    return { ...timing, does: "change_password", at: random.pick(["site", "master"]), isTold: random.chance(70) };
  }
  if (kind < 68) return { ...timing, does: "restart_exporter" };
  if (kind < 72 && stacks > 0) return { ...timing, does: "prune", stack };
  const master = random.below(masters);
  return { ...timing, does: "act", act: drawAct(random), site, master };
}

function command(random: SeededRandom, stack: number, what: StackCommand): Action {
  return {
    afterMs: random.pick([0, 0, 300, 2_000]),
    isAwaited: random.chance(75),
    does: "command",
    stack,
    command: what,
    ...(random.chance(10) && { killAfterMs: random.below(20_000) }),
  };
}

function drawAct(random: SeededRandom): WorldAct {
  const kind = random.below(100);
  if (kind < 60) return { on: "site", what: random.pick(siteActs) };
  if (kind < 70) return { on: "receiver", what: "freeze", ms: random.pick([5_000, 15_000, 60_000, 600_000]) };
  if (kind < 80) return { on: "receiver", what: "restart" };
  if (kind < 88) return { on: "receiver", what: "end_sessions" };
  if (kind < 95) return { on: "master", what: "expire_tokens" };
  return { on: "master", what: "demote" };
}
