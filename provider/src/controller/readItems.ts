import { z } from "zod";
import { createItemReader, type WantedItems } from "./jsonItems";
import { quickReader, undecided } from "./quickReader";
import type { Call, Session } from "./session";
import { unexpectedField } from "./wire";

/** The elements of one array of an answer, as they arrive. */
export interface ItemList<T> extends WantedItems {
  readonly items: readonly T[];
}

/**
 * A list that grows by the elements of the array `name`, each as `schema` describes it.
 * @throws NeuVectorError unexpected_reply, from `take`, naming the first field that is wrong and never its value.
 */
export function listItems<T>(what: string, name: string, schema: z.ZodType<T>): ItemList<T> {
  const read = quickReader(schema);
  const items: T[] = [];
  const take: WantedItems["take"] = (batch) => {
    for (const item of batch) {
      const quick = read(item);
      if (quick !== undecided) {
        items.push(quick);
        continue;
      }
      const parsed = schema.safeParse(item);
      if (!parsed.success) {
        throw unexpectedField(what, [name, items.length, ...(parsed.error.issues[0]?.path ?? [])]);
      }
      items.push(parsed.data);
    }
  };
  return { take, keys: schema instanceof z.ZodObject ? Object.keys(schema.shape) : undefined, items };
}

/** Conversations, workloads and images of a large cluster can be tens of megabytes (contract 5.1). */
const maxBytes = 256 * 1024 * 1024;

/** What `call` answers, handed to `wanted` array by array without being held as a whole. @throws NeuVectorError as `Session.call` and `createItemReader` do. */
export async function readItems(
  session: Session,
  call: Pick<Call, "method" | "path" | "signal" | "timeoutMs">,
  what: string,
  wanted: Readonly<Record<string, WantedItems>>,
): Promise<void> {
  const reader = createItemReader(what, wanted);
  const sink = (chunk: Uint8Array): void => {
    reader.push(chunk);
  };
  await session.call({ ...call, maxBytes, sink });
  reader.end();
}
