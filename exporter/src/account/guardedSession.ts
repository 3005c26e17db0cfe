import {
  accountKey,
  createSession,
  formatAddress,
  type Credentials,
  type Ports,
  type Session,
  type Target,
} from "@fedjoin/provider";
import { forgetfulHolds, type HoldStore } from "./holdStore";
import { describeHold, holdAfter } from "./loginHold";

/**
 * A session that stops logging in after the controller refused a login, as `holdAfter` says, also across restarts as
 * far as `holds` remembers. Meanwhile every call fails at once with the verdict of that login, and nothing is sent.
 */
export function createGuardedSession(
  ports: Ports,
  target: Target,
  credentials: Credentials,
  holds: HoldStore = forgetfulHolds,
): Session {
  const session = createSession(ports, target, credentials);
  const key = accountKey(target, credentials);
  let hold = holds.load(key);
  const isHeld = (): boolean => hold !== undefined && ports.clock.now() < hold.untilMs;
  if (hold !== undefined && isHeld()) ports.log("error", describeHold(hold, formatAddress(target)));
  return {
    ...session,
    async call(call) {
      if (hold !== undefined && isHeld()) throw hold.verdict;
      try {
        const reply = await session.call(call);
        if (hold !== undefined) holds.save(key, undefined);
        hold = undefined;
        return reply;
      } catch (error) {
        // Calls that shared the refused login come here one after the other; it counts once.
        const next = isHeld() ? undefined : holdAfter(error, hold, ports.clock.now());
        if (next !== undefined) {
          hold = next;
          holds.save(key, next);
          ports.log("error", describeHold(next, formatAddress(target)));
        }
        throw error;
      }
    },
  };
}
