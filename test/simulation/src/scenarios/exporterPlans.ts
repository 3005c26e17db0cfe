import type { Action, Plan } from "./plan";

const act = (what: "leave", afterMs: number): Action => ({
  afterMs,
  isAwaited: true,
  does: "act",
  act: { on: "site", what },
  site: 0,
  master: 0,
});
const wait = (afterMs: number): Action => ({ afterMs, isAwaited: true, does: "wait" });
const restart = (afterMs: number): Action => ({ afterMs, isAwaited: true, does: "restart_exporter" });
const changePassword: Action = { afterMs: 0, isAwaited: true, does: "change_password", at: "site", isTold: false };

const actions = {
  watch: [act("leave", 30_000), wait(240_000)],
  refused: [changePassword, ...Array.from({ length: 5 }, () => restart(20_000)), wait(300_000)],
} satisfies Record<string, readonly Action[]>;

/** What happens to an exporter in watch mode, without a fault. */
export function exporterPlan(name: keyof typeof actions, route: Plan["route"]): Plan {
  return {
    seed: 1,
    masters: 1,
    sites: 1,
    route,
    token: "url",
    passwords: "environment",
    latencyMs: 20,
    stacks: 0,
    exporter: "watch",
    actions: actions[name],
    faults: [],
  };
}
