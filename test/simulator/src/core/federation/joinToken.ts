import { authorize } from "../access";
import type { Context, Handler } from "../context";
import { encodeJoinToken, sealTicket } from "../tokens";
import { requireMaster } from "./roles";

const defaultMinutes = 60;

/** GET /v1/fed/join_token (rest-api.md#administration-endpoints). */
export const joinToken: Handler = (context, call) => {
  authorize(context, call, ["fedAdmin"]);
  const minutes = Number.parseInt(call.query.get("token_duration") ?? "", 10);
  return { join_token: mintJoinToken(context, minutes > 0 ? minutes : defaultMinutes) };
};

/** A token for joining this master. @throws {Refusal} 400/4 on any other controller. */
export function mintJoinToken(context: Context, minutes = defaultMinutes): string {
  const { secret } = requireMaster(context);
  const ticket = sealTicket(secret, context.clock.now() + minutes * 60_000, context.random);
  return encodeJoinToken({ ...context.state.localRest, ticket });
}
