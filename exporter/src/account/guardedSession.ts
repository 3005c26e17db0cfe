import {
  createSession,
  formatAddress,
  type Credentials,
  type Ports,
  type Session,
  type Target,
} from "@fedjoin/provider";
import { forgetfulHolds, type HoldStore } from "./holdStore";
import { describeHold, holdAfter, type LoginHold } from "./loginHold";

/** A session that can be on hold. */
export interface GuardedSession extends Session {
  /** Why nobody logs in now, and until when; `undefined` while logins are allowed. */
  hold(): LoginHold | undefined;
}

/**
 * A session that stops logging in after the controller refused a login, as `holdAfter` says, also across restarts as
 * far as `holds` remembers. Meanwhile every call fails at once with the verdict of that login, and nothing is sent.
 */
export function createGuardedSession(
  ports: Ports,
  target: Target,
  credentials: Credentials,
  holds: HoldStore = forgetfulHolds,
): GuardedSession {
  const session = createSession(ports, target, credentials);
  const account = { address: target, credentials };
  let own = holds.load(account);
  // Another session of the same account may have been refused meanwhile.
  const heldBy = (): LoginHold | undefined => {
    const hold = holds.load(account) ?? own;
    return hold !== undefined && ports.clock.now() < hold.untilMs ? hold : undefined;
  };
  const atStart = heldBy();
  if (atStart !== undefined) ports.log("error", describeHold(atStart, formatAddress(target)));
  return {
    ...session,
    hold: heldBy,
    async call(call) {
      const hold = heldBy();
      if (hold !== undefined) throw hold.verdict;
      try {
        const reply = await session.call(call);
        if ((holds.load(account) ?? own) !== undefined) holds.save(account, undefined);
        own = undefined;
        return reply;
      } catch (error) {
        // Calls that shared the refused login come here one after the other; it counts once.
        const before = holds.load(account) ?? own;
        const next = heldBy() === undefined ? holdAfter(error, before, ports.clock.now()) : undefined;
        if (next !== undefined) {
          own = next;
          holds.save(account, next);
          ports.log("error", describeHold(next, formatAddress(target)));
        }
        throw error;
      }
    },
  };
}
