import type { JoinConfig, WatchPolicy } from "../settings/joinConfig";
import { clampLastTry, type JoinCheckpointStore } from "./joinCheckpoint";
import { observeSite } from "./observeSite";
import { runJoin, type JoinDeps, type JoinEnd } from "./runJoin";
import { decideWatch } from "./watchDecision";
import { watchEffectsOf } from "./watchEffects";

/**
 * Observes the membership once per interval and rejoins if that is allowed, until two owners of the site are found.
 * `before` is the end of a join right before; without one the first observation is immediate.
 * @throws NeuVectorError cancelled
 */
export async function watchMembership(
  config: JoinConfig,
  policy: WatchPolicy,
  store: JoinCheckpointStore,
  before: JoinEnd | undefined,
  deps: JoinDeps,
  signal: AbortSignal,
): Promise<void> {
  const { ports, controller, record } = deps;
  const { clock, log } = ports;
  let last = before;
  let lastLine = "";
  for (let isFirst = before === undefined; last !== "over"; isFirst = false) {
    if (!isFirst) await clock.sleep(policy.intervalMs, signal);
    const observation = await observeSite(config, store.current, controller, signal);
    const now = clock.now();
    store.save(clampLastTry(store.current, now));
    const rules = {
      storeId: config.membership.storeId,
      adopt: policy.adopt,
      minRejoinMs: policy.minRejoinMs,
      rejoinAfterKick: config.rejoinAfterKick,
      isStuck: last === "stuck",
    };
    const decision = decideWatch(observation, store.current, rules, now);
    if (decision.action === "rejoin") {
      lastLine = "";
      last = await runJoin(config, store, true, deps, signal);
      continue;
    }
    const effects = watchEffectsOf(decision, config, store.current, now);
    store.save(effects.checkpoint);
    record.set(effects.status);
    if (effects.log !== undefined && effects.log.line !== lastLine) {
      log(effects.log.level, effects.log.line);
      lastLine = effects.log.line;
    }
    if (effects.stops) return;
    if (decision.action === "hold") last = "member";
  }
}
