import { authenticate, readers } from "../access";
import type { Context, Handler } from "../context";

/** Records what befell this cluster's own membership: a member logs its join, its leave and its dismissal (contract 5.3). */
export function noteEvent({ state, clock }: Context, name: string): void {
  state.federationEvents.unshift({ name, atMs: clock.now() });
}

/** GET /v1/log/event: the federation events alone, newest first; empty for a role that may not read. */
export const events: Handler = (context, call) => {
  const { role } = authenticate(context, call);
  if (!readers.includes(role)) return { events: [] };
  return {
    events: context.state.federationEvents.map(({ name, atMs }) => ({
      category: "FEDERATION",
      level: "Info",
      name,
      reported_timestamp: Math.floor(atMs / 1000),
    })),
  };
};
