import * as z from "zod";
import { describeCall, type Api, type CallOptions } from "../rest/call";
import { parseResponse } from "../rest/response";
import { undefinedIfMissing } from "./optionalEndpoint";
import { collectItems, readArrays } from "./readArrays";
import { listOf } from "./schema";

/** Sends a GET request; resolves to the response as `schema` describes it. @throws NeuVectorError as `Api.call` does. */
export async function get<T>(api: Api, path: string, schema: z.ZodType<T>, options: CallOptions): Promise<T> {
  const response = await api.call({ method: "GET", path, ...options });
  return parseResponse(schema, response, describeCall({ method: "GET", path }));
}

/** Like `get`, but `undefined` where a healthy controller lacks the endpoint (see `isMissingEndpoint`). */
export function getOptional<T>(
  api: Api,
  path: string,
  schema: z.ZodType<T>,
  options: CallOptions,
): Promise<T | undefined> {
  return undefinedIfMissing(path, get(api, path, schema, options));
}

/** Gets the array `name` of a response that may be large: parsed while it arrives, never held as a whole. */
export async function getArray<T>(
  api: Api,
  path: string,
  [name, schema]: readonly [string, z.ZodType<T>],
  options: CallOptions,
): Promise<readonly T[]> {
  const what = describeCall({ method: "GET", path });
  const list = collectItems(what, name, schema);
  await readArrays(api, { method: "GET", path, ...options }, what, { [name]: list });
  return list.items;
}

/** Makes a function that gets the list `name` of `path`. The list is empty where the account may not read it (rest-api.md#system-and-inventory). */
export function listEndpoint<T>(path: string, name: string, item: z.ZodType<T>) {
  const schema = z.object({ [name]: listOf(item) });
  return async (api: Api, options: CallOptions = {}): Promise<T[]> => {
    const response = await get(api, path, schema, options);
    return response[name] ?? [];
  };
}
