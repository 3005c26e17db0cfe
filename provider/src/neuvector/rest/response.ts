import type * as z from "zod";
import { NeuVectorError } from "../../errors/neuVectorError";

/** Parses JSON; `undefined` for text that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Parses `value` with `schema`; keys that the schema does not name are ignored.
 * @param what The request, for the message.
 * @throws NeuVectorError unexpected_reply, naming the first wrong field and never its value.
 */
export function parseResponse<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw unexpectedFieldError(what, parsed.error.issues[0]?.path ?? []);
}

/** Creates the error for a field of a response that has another type than documented. */
export function unexpectedFieldError(what: string, path: readonly PropertyKey[]): NeuVectorError {
  const field = path.map(String).join(".");
  const where = field === "" ? "" : ` (field ${field})`;
  return new NeuVectorError("unexpected_reply", `${what} answered something else than expected${where}`);
}
