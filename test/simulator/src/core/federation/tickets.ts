import type { Context } from "../context";
import { endpoint } from "../endpoint";
import { encodeJoinToken, sealTicket } from "../tokens";
import { requireMaster } from "./roles";

const minuteMs = 60_000;
const defaultMinutes = 60;

/** GET /v1/fed/join_token (rest-api.md#administration-endpoints). */
export const joinToken = endpoint({ roles: ["fedAdmin"] }, (context, { query }) => {
  const minutes = Number.parseInt(query.get("token_duration") ?? "", 10);
  return { join_token: mintJoinToken(context, minutes > 0 ? minutes : defaultMinutes) };
});

/** A token for joining this master. @throws {Refusal} 400/4 on any other controller. */
export function mintJoinToken(context: Context, minutes = defaultMinutes): string {
  const ticket = ticketFor(context, requireMaster(context), minutes);
  return encodeJoinToken({ ...context.state.localRest, ticket });
}

/** What one of two controllers that share the secret proves itself with to the other (rest-api.md#join-tokens). */
export function ticketFor(
  { clock, random }: Context,
  { secret }: { readonly secret: string },
  minutes: number,
): string {
  return sealTicket(secret, clock.now() + minutes * minuteMs, random);
}

/** Of a joint cluster's ticket for its master. */
export const jointTicketMinutes = 2;

/** Of a master's token for its member. */
export const masterTokenMinutes = 60;
