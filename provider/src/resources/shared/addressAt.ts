import type { Address } from "../../neuvector/ports";
import { parseBasePath } from "../../values/server";
import { valueAt } from "../../values/mapping";
import { unknownValue } from "./checkInputs";
import type { ResourceProps } from "../fedJoin/state";

/** The address at a path; `undefined` where there is none, or where a part of it is not known yet. */
export function readAddress(values: ResourceProps, path: readonly string[], defaultPort?: number): Address | undefined {
  const server = valueAt(values, [...path, "server"]);
  const port = valueAt(values, [...path, "port"]) ?? defaultPort;
  const basePath = valueAt(values, [...path, "basePath"]) ?? "";
  if (typeof server !== "string" || typeof port !== "number" || typeof basePath !== "string") return undefined;
  if (server === unknownValue || basePath === unknownValue) return undefined;
  return { server, port, ...(basePath !== "" && { basePath: parseBasePath(basePath) ?? basePath }) };
}
