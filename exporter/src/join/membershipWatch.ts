import type { JoinConfig, WatchPolicy } from "../settings/joinConfig";
import { attemptJoin, type AttemptResult, type JoinAttemptDeps } from "./joinAttempt";
import { clampLastTry, type JoinCheckpointStore } from "./joinCheckpoint";
import { watchEffectsOf } from "./watchEffects";
import { decideWatch } from "./watchDecision";
import { observeSite } from "./observeSite";

/**
 * Looks at the membership once per interval, and joins again where that is allowed, until two owners of the site are
 * found. `before` is how a join ended that was made just now; without one the first look is at once.
 * @throws NeuVectorError cancelled
 */
export async function watchMembership(
  config: JoinConfig,
  policy: WatchPolicy,
  keeper: JoinCheckpointStore,
  before: AttemptResult | undefined,
  parts: JoinAttemptDeps,
  signal: AbortSignal,
): Promise<void> {
  const { ports, controller, record } = parts;
  const { clock, log } = ports;
  let last = before;
  let said = "";
  for (let isFirst = before === undefined; last !== "over"; isFirst = false) {
    if (!isFirst) await clock.sleep(policy.intervalMs, signal);
    const finding = await observeSite(config, keeper.current, controller, signal);
    const now = clock.now();
    keeper.save(clampLastTry(keeper.current, now));
    const rules = {
      storeId: config.storeId,
      adopt: policy.adopt,
      minRejoinMs: policy.minRejoinMs,
      rejoinAfterKick: config.rejoinAfterKick,
      isStuck: last === "stuck",
    };
    const decision = decideWatch(finding, keeper.current, rules, now);
    if (decision.action === "rejoin") {
      said = "";
      last = await attemptJoin(config, keeper, true, parts, signal);
      continue;
    }
    const consequence = watchEffectsOf(decision, config, keeper.current, now);
    keeper.save(consequence.checkpoint);
    record.set(consequence.status);
    if (consequence.log !== undefined && consequence.log.line !== said) {
      log(consequence.log.level, consequence.log.line);
      said = consequence.log.line;
    }
    if (consequence.stops) return;
    if (decision.action === "hold") last = "member";
  }
}
