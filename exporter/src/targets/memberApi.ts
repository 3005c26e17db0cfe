import { NeuVectorError, type Api, type Clock } from "@fedjoin/provider/internal/neuvector";

/** How long a member that answered 401 twice in a row costs its master no further login. */
const unauthorizedPauseMs = 10 * 60_000;

/**
 * Reaches a member's REST API through its master. A 401 of the member renews the master's session once, since the
 * master's own login at the member may have expired (rest-api.md#forwarding-to-members); a second one pauses this member.
 */
export function createMemberApi(master: Api, memberId: string, clock: Clock): Api {
  let pause: { readonly cause: NeuVectorError; readonly untilMs: number } | undefined;
  return {
    async call(call) {
      if (pause !== undefined && clock.now() < pause.untilMs) throw pause.cause;
      try {
        return await master.call({ ...call, memberId });
      } catch (error) {
        if (error instanceof NeuVectorError && error.kind === "unauthorized") {
          pause = { cause: error, untilMs: clock.now() + unauthorizedPauseMs };
        }
        throw error;
      }
    },
  };
}
