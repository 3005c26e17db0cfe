import * as z from "zod";
import { createArrayReader, type ArraySelection } from "../json/arrayReader";
import type { Api, Call } from "../rest/call";
import { unexpectedFieldError } from "../rest/response";
import { compileGuard } from "./compileGuard";

/** Collects the elements of one array of a response while they arrive. */
export interface ItemCollector<T> extends ArraySelection {
  readonly items: readonly T[];
}

/**
 * A collector for the elements of the array `name`, each parsed by `schema`.
 * @throws NeuVectorError unexpected_reply, from `onItems`; it names the first wrong field, never its value.
 */
export function collectItems<T>(what: string, name: string, schema: z.ZodType<T>): ItemCollector<T> {
  const isParsed = compileGuard(schema);
  const items: T[] = [];
  const onItems: ArraySelection["onItems"] = (batch) => {
    for (const item of batch) {
      if (isParsed(item)) {
        items.push(item);
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

/**
 * Sends `call` and passes the selected arrays of the response on while they arrive.
 * @throws NeuVectorError as `Api.call` and `createArrayReader` do.
 */
export async function readArrays(
  api: Api,
  call: Pick<Call, "method" | "path" | "signal" | "timeoutMs">,
  what: string,
  selections: Readonly<Record<string, ArraySelection>>,
): Promise<void> {
  const reader = createArrayReader(what, selections);
  const sink = (chunk: Uint8Array): void => {
    reader.push(chunk);
  };
  await api.call({ ...call, maxBytes, sink });
  reader.end();
}
