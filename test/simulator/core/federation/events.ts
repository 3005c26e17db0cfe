import { authenticate, readers } from "../access";
import type { Context, Handler } from "../context";
import type { FederationEvent } from "../state";

/** Records what befell a membership: a member logs its own, a master those of its members (contract 5.3). */
export function noteEvent(
  { state, clock }: Context,
  name: "Federation.Join" | "Federation.Leave" | "Federation.Kick",
  by: Partial<Pick<FederationEvent, "user" | "userAddr" | "message">> = {},
): void {
  state.federationEvents.unshift({ name, atMs: clock.now(), user: "", userAddr: "", message: "", ...by });
}

/** GET /v1/log/event: the federation events alone, newest first; empty for a role that may not read. */
export const events: Handler = (context, call) => {
  const { role } = authenticate(context, call);
  const since = Number(call.query.get("f_since") ?? "0");
  if (!readers.includes(role)) return { events: [] };
  return {
    events: context.state.federationEvents
      .filter(({ atMs }) => Math.floor(atMs / 1000) >= since)
      .map(({ name, atMs, user, userAddr, message }) => ({
        category: "FEDERATION",
        level: "Info",
        name,
        message,
        user,
        user_addr: userAddr,
        reported_timestamp: Math.floor(atMs / 1000),
      })),
  };
};
