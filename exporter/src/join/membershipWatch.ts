import type { JoinConfig, WatchPolicy } from "../settings/joinConfig";
import { attemptJoin, type AttemptEnd, type JoinAttemptParts } from "./joinAttempt";
import { withoutFuture, type JoinMemoryKeeper } from "./joinMemory";
import { consequenceOf } from "./watchConsequence";
import { decideWatch } from "./watchDecision";
import { lookAfter } from "./watchLook";

/**
 * Looks at the membership once per interval, and joins again where that is allowed, until two owners of the site are
 * found. `before` is how a join ended that was made just now; without one the first look is at once.
 * @throws NeuVectorError cancelled
 */
export async function watchMembership(
  config: JoinConfig,
  policy: WatchPolicy,
  keeper: JoinMemoryKeeper,
  before: AttemptEnd | undefined,
  parts: JoinAttemptParts,
  signal: AbortSignal,
): Promise<void> {
  const { ports, controller, record } = parts;
  const { clock, log } = ports;
  let last = before;
  let said = "";
  for (let isFirst = before === undefined; last !== "over"; isFirst = false) {
    if (!isFirst) await clock.sleep(policy.intervalMs, signal);
    const finding = await lookAfter(config, keeper.current, controller, signal);
    const now = clock.now();
    keeper.remember(withoutFuture(keeper.current, now));
    const rules = {
      storeId: config.storeId,
      adopt: policy.adopt,
      minRejoinMs: policy.minRejoinMs,
      rejoinAfterKick: config.rejoinAfterKick,
      isStuck: last === "stuck",
    };
    const decision = decideWatch(finding, keeper.current, rules, now);
    if (decision.do === "rejoin") {
      said = "";
      last = await attemptJoin(config, keeper, true, parts, signal);
      continue;
    }
    const consequence = consequenceOf(decision, config, keeper.current, now);
    keeper.remember(consequence.remembered);
    record.set(consequence.facts);
    if (consequence.said !== undefined && consequence.said.line !== said) {
      log(consequence.said.level, consequence.said.line);
      said = consequence.said.line;
    }
    if (consequence.ends) return;
    if (decision.do === "hold") last = "member";
  }
}
