import {
  createSession,
  formatAddress,
  type Credentials,
  type Ports,
  type Session,
  type Target,
} from "@fedjoin/provider";
import { holdAfter, type LoginHold } from "./loginHold";

/**
 * A session that stops logging in after the controller refused a login, as `holdAfter` says. Meanwhile every call fails
 * at once with the verdict of that login, and nothing is sent.
 */
export function createGuardedSession(ports: Ports, target: Target, credentials: Credentials): Session {
  const session = createSession(ports, target, credentials);
  let hold: LoginHold | undefined;
  const isHeld = (): boolean => hold !== undefined && ports.clock.now() < hold.untilMs;
  return {
    ...session,
    async call(call) {
      if (hold !== undefined && isHeld()) throw hold.verdict;
      try {
        const reply = await session.call(call);
        hold = undefined;
        return reply;
      } catch (error) {
        // Calls that shared the refused login come here one after the other; it counts once.
        const next = isHeld() ? undefined : holdAfter(error, hold, ports.clock.now());
        if (next !== undefined) {
          hold = next;
          const time = new Date(next.untilMs).toISOString();
          ports.log("error", `${next.verdict.message} No login at ${formatAddress(target)} before ${time}`);
        }
        throw error;
      }
    },
  };
}
