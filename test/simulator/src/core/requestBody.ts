import * as z from "zod";
import { Refusal } from "./errors";

/** A field as the controller decodes it: absent and null give the zero value, another type is refused. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");
export const unsigned = z
  .int()
  .nonnegative()
  .nullish()
  .transform((value) => value ?? 0);
export const restInfo = z.object({ server: text, port: unsigned });

/** The decoded body. @throws {Refusal} 400/6 when it is empty, not JSON or has a wrong type. */
export function parseBody<T>(schema: z.ZodType<T>, body: string): T {
  const parsed = schema.safeParse(parseJson(body));
  if (!parsed.success) throw new Refusal(400, 6);
  return parsed.data;
}

/** The JSON value, or undefined (which no schema accepts). */
export function parseJson(body: string): unknown {
  if (body === "") return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
