import type { Address } from "../ports";
import { unknownValue, valueAt } from "./checkInputs";
import type { Stored } from "./state";

/** The address at a path; `undefined` where there is none, or where it is not known yet. */
export function addressAt(values: Stored, path: readonly string[], defaultPort?: number): Address | undefined {
  const server = valueAt(values, [...path, "server"]);
  const port = valueAt(values, [...path, "port"]) ?? defaultPort;
  return typeof server === "string" && server !== unknownValue && typeof port === "number"
    ? { server, port }
    : undefined;
}
