import { valueAt } from "../../values/mapping";
import { parseBasePath } from "../../values/server";
import { unknownValue, type ResourceProps } from "./props";
import type { Address } from "../../values/address";

/** Returns the address at a path; `undefined` if there is none, or if a part of it is not known yet. */
export function readAddress(props: ResourceProps, path: readonly string[], defaultPort?: number): Address | undefined {
  const server = valueAt(props, [...path, "server"]);
  const port = valueAt(props, [...path, "port"]) ?? defaultPort;
  const basePath = valueAt(props, [...path, "basePath"]) ?? "";
  if (typeof server !== "string" || typeof port !== "number" || typeof basePath !== "string") return undefined;
  if (server === unknownValue || basePath === unknownValue) return undefined;
  return { server, port, ...(basePath !== "" && { basePath: parseBasePath(basePath) ?? basePath }) };
}
