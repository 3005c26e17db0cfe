import type { Address } from "../../neuvector/ports";
import { valueAt } from "../../values/mapping";
import { parseBasePath } from "../../values/server";

/** Properties of a resource as Pulumi's engine passes and stores them. */
export type ResourceProps = Readonly<Record<string, unknown>>;

/** What Pulumi passes in place of a value that is not known yet during a preview. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Returns true if a value, or any value inside it, is not known yet during a preview. */
export function containsUnknown(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === unknownValue;
  return Object.values(value).some(containsUnknown);
}

/** Returns the address at a path; `undefined` if there is none, or if a part of it is not known yet. */
export function readAddress(props: ResourceProps, path: readonly string[], defaultPort?: number): Address | undefined {
  const server = valueAt(props, [...path, "server"]);
  const port = valueAt(props, [...path, "port"]) ?? defaultPort;
  const basePath = valueAt(props, [...path, "basePath"]) ?? "";
  if (typeof server !== "string" || typeof port !== "number" || typeof basePath !== "string") return undefined;
  if (server === unknownValue || basePath === unknownValue) return undefined;
  return { server, port, ...(basePath !== "" && { basePath: parseBasePath(basePath) ?? basePath }) };
}

/** Drops the engine's own keys, such as `__provider`. */
export function omitEngineKeys(props: ResourceProps): Record<string, unknown> {
  return Object.fromEntries(Object.entries(props).filter(([key]) => !key.startsWith("__")));
}
