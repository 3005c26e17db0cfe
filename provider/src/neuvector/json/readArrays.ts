import { z } from "zod";
import { createArrayReader, type ArraySelection } from "./arrayReader";
import { compileParser, NO_MATCH } from "./compileParser";
import type { Call, Session } from "../session/session";
import { unexpectedFieldError } from "../client/wire";

/** The elements of one array of an answer, as they arrive. */
export interface ItemCollector<T> extends ArraySelection {
  readonly items: readonly T[];
}

/**
 * A list that grows by the elements of the array `name`, each as `schema` describes it.
 * @throws NeuVectorError unexpected_reply, from `take`, naming the first field that is wrong and never its value.
 */
export function collectItems<T>(what: string, name: string, schema: z.ZodType<T>): ItemCollector<T> {
  const read = compileParser(schema);
  const items: T[] = [];
  const onItems: ArraySelection["onItems"] = (batch) => {
    for (const item of batch) {
      const quick = read(item);
      if (quick !== NO_MATCH) {
        items.push(quick);
        continue;
      }
      const parsed = schema.safeParse(item);
      if (!parsed.success) {
        throw unexpectedFieldError(what, [name, items.length, ...(parsed.error.issues[0]?.path ?? [])]);
      }
      items.push(parsed.data);
    }
  };
  return { onItems, members: schema instanceof z.ZodObject ? Object.keys(schema.shape) : undefined, items };
}

/** Conversations, workloads and images of a large cluster can be tens of megabytes (rest-api.md#conversations). */
const maxBytes = 256 * 1024 * 1024;

/** What `call` answers, handed to `wanted` array by array without being held as a whole. @throws NeuVectorError as `Session.call` and `createItemReader` do. */
export async function readArrays(
  session: Session,
  call: Pick<Call, "method" | "path" | "signal" | "timeoutMs">,
  what: string,
  wanted: Readonly<Record<string, ArraySelection>>,
): Promise<void> {
  const reader = createArrayReader(what, wanted);
  const sink = (chunk: Uint8Array): void => {
    reader.push(chunk);
  };
  await session.call({ ...call, maxBytes, sink });
  reader.end();
}
