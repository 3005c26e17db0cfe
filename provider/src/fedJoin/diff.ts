import { isDeepStrictEqual } from "node:util";
import { canonicalInputs } from "./canonicalInputs";
import { holdsUnknown } from "./checkInputs";
import { sameAddress, type Address } from "../ports";
import type { Stored } from "./state";

export interface DiffResult {
  readonly changes: boolean;
  /** Inputs whose change makes it another membership. */
  readonly replaces: string[];
  /** Always: a site cannot be a member twice. */
  readonly deleteBeforeReplace: boolean;
}

/** Compared with the inputs of a new program; everything else an update just stores. */
const updatable = [
  "joinVia",
  "master",
  "controller",
  "clusterUid",
  "joinTokenMinutes",
  "retry",
  "timeoutSeconds",
  "forceLeave",
  "onMasterLost",
];

/**
 * What a change of inputs means; another spelling of an address is no change. Another site, joint address, name or master is a replacement; credentials and tuning
 * are an update; a join token matters at the join only and is no change. A status other than `joined` is an update,
 * which mends it. Values unknown in a preview never replace.
 */
export function diffInputs(old: Stored, news: Stored): DiffResult {
  const [stored, inputs] = [canonicalInputs(old), canonicalInputs(news)];
  const replaces = [
    ...(differs(stored["storeId"], inputs["storeId"]) ? ["storeId"] : []),
    ...(differs(stored["jointRest"], inputs["jointRest"]) ? ["jointRest"] : []),
    ...(inputs["name"] !== undefined && differs(stored["clusterName"], inputs["name"]) ? ["name"] : []),
    ...(isOtherMaster(stored["master"], inputs["master"]) ? ["master"] : []),
  ];
  const changes =
    replaces.length > 0 ||
    stored["status"] !== "joined" ||
    holdsUnknown(inputs) ||
    updatable.some((key) => !isDeepStrictEqual(stored[key], inputs[key]));
  return { changes, replaces, deleteBeforeReplace: true };
}

function differs(old: unknown, wanted: unknown): boolean {
  return !holdsUnknown(wanted) && !isDeepStrictEqual(old, wanted);
}

/** A master is known by its federation address; where that is not declared on both sides, by its REST API's. */
function isOtherMaster(old: unknown, wanted: unknown): boolean {
  if (holdsUnknown(wanted)) return false;
  const federation = [addressAt(old, "federation", 11443), addressAt(wanted, "federation", 11443)] as const;
  const rest = [addressAt(old, "rest", 10443), addressAt(wanted, "rest", 10443)] as const;
  const [before, after] = federation[0] !== undefined && federation[1] !== undefined ? federation : rest;
  return before !== undefined && after !== undefined && !sameAddress(before, after);
}

function addressAt(master: unknown, key: string, defaultPort: number): Address | undefined {
  const value = field(master, key);
  const server = field(value, "server");
  const port = field(value, "port") ?? defaultPort;
  return typeof server === "string" && typeof port === "number" ? { server, port } : undefined;
}

function field(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
