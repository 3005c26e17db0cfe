import {
  accountKey,
  createSession,
  formatAddress,
  type Credentials,
  type Ports,
  type Session,
  type Target,
} from "@fedjoin/provider/neuvector";
import { snapshotCredentials, type Account } from "./account";
import { nullBackoffStore, type BackoffStore } from "./backoffStore";
import { describeBackoff, nextBackoff, type LoginBackoff } from "./loginBackoff";

/** A session that can be on hold. */
export interface BackoffSession extends Session {
  /** Why nobody logs in now, and until when; `undefined` while logins are allowed. */
  backoff(): LoginBackoff | undefined;
}

/**
 * A session that stops logging in after the controller refused a login, as `holdAfter` says, also across restarts as
 * far as `holds` remembers. Meanwhile every call fails at once with the verdict of that login, and nothing is sent.
 */
export function createBackoffSession(
  ports: Ports,
  target: Target,
  credentials: Credentials,
  holds: BackoffStore = nullBackoffStore,
): BackoffSession {
  const session = createSession(ports, target, credentials);
  // A secret in a file may be another one by now: then no hold of the last one counts.
  const accountNow = (): Account => ({ address: target, credentials: snapshotCredentials(credentials) });
  const own = new Map<string, LoginBackoff>();
  const keyOf = (account: Account): string => accountKey(account.address, account.credentials);
  const remembered = (account: Account): LoginBackoff | undefined => holds.load(account) ?? own.get(keyOf(account));
  // Another session of the same account may have been refused meanwhile.
  const heldBy = (account = accountNow()): LoginBackoff | undefined => {
    const hold = remembered(account);
    return hold !== undefined && ports.clock.now() < hold.untilMs ? hold : undefined;
  };
  const atStart = heldBy();
  if (atStart !== undefined) ports.log("error", describeBackoff(atStart, formatAddress(target)));
  return {
    ...session,
    backoff: () => heldBy(),
    async call(call) {
      const account = accountNow();
      const hold = heldBy(account);
      if (hold !== undefined) throw hold.cause;
      try {
        const reply = await session.call(call);
        if (remembered(account) !== undefined) holds.save(account, undefined);
        own.clear();
        return reply;
      } catch (error) {
        // Calls that shared the refused login come here one after the other; it counts once.
        const before = remembered(account);
        const next = heldBy(account) === undefined ? nextBackoff(error, before, ports.clock.now()) : undefined;
        if (next !== undefined) {
          own.clear();
          own.set(keyOf(account), next);
          holds.save(account, next);
          ports.log("error", describeBackoff(next, formatAddress(target)));
        }
        throw error;
      }
    },
  };
}
