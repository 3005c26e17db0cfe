import * as z from "zod";
import { ConnectionDrop, isKnownCode, Refusal } from "../errors";
import type { OutboundReply } from "../ports";
import { parseJson } from "../requestBody";

const errorBody = z.object({ code: z.int().default(0) });

/** How a joining cluster passes the master's refusal on: same status, standard text (rest-api.md#joining). */
export function relayedRefusal(reply: OutboundReply): Error {
  const parsed = errorBody.safeParse(parseJson(reply.body));
  if (!parsed.success) return new Refusal(500, 39, reply.statusText);
  const { code } = parsed.data;
  if (code === 101) return new Refusal(reply.status, 42);
  if (code === 102) return new Refusal(reply.status, 43);
  return code === 0 || isKnownCode(code) ? new Refusal(reply.status, code) : new ConnectionDrop();
}

/** Why a 200 answer is unusable to the product: not JSON, or JSON without the fields it relies on. */
export function unusableReply(reply: OutboundReply): Error {
  if (parseJson(reply.body) !== undefined) return new ConnectionDrop();
  const first = JSON.stringify(reply.body.charAt(0)).replaceAll('"', "'");
  return new Refusal(500, 39, `invalid character ${first} looking for beginning of value`);
}
