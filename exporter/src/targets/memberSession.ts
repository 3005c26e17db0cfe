import { NeuVectorError, type Clock, type Session } from "@fedjoin/provider/neuvector";
import { forwardedPath } from "./forwarded";

/** For so long a member that refused us twice in a row costs its master no further login. */
const refusedPauseMs = 10 * 60_000;

/**
 * A member's REST API through its master, with the master's session. A 401 from the member makes that session log in
 * once more, since the master's own login at the member may have ended (rest-api.md#forwarding-to-members); a second
 * one holds this member.
 */
export function createMemberSession(master: Session, memberId: string, clock: Clock): Session {
  let verdict: NeuVectorError | undefined;
  let untilMs = 0;
  return {
    ...master,
    async call(call) {
      if (verdict !== undefined && clock.now() < untilMs) throw verdict;
      try {
        return await master.call({ ...call, path: forwardedPath(memberId, call.path) });
      } catch (error) {
        if (error instanceof NeuVectorError && error.kind === "unauthorized") {
          verdict = error;
          untilMs = clock.now() + refusedPauseMs;
        }
        throw error;
      }
    },
  };
}
