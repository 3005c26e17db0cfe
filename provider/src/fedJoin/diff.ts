import { isDeepStrictEqual } from "node:util";
import { canonicalInputs } from "./canonicalInputs";
import { holdsUnknown } from "./checkInputs";
import { sameAddress, type Address } from "../ports";
import { isSameSite, siteOf } from "./site";
import type { Stored } from "./state";

export interface DiffResult {
  readonly changes: boolean;
  /** Inputs whose change makes it another membership. */
  readonly replaces: string[];
  /** True where the new membership needs the old one ended; else the old one is ended, or handed over, after all creates. */
  readonly deleteBeforeReplace: boolean;
}

/** Compared with the inputs of a new program; everything else an update just stores. */
const updatable = [
  "storeId",
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
    ...(isOtherSite(stored, inputs) ? ["storeId"] : []),
    ...(differs(stored["jointRest"], inputs["jointRest"]) ? ["jointRest"] : []),
    ...(inputs["name"] !== undefined && differs(stored["clusterName"], inputs["name"]) ? ["name"] : []),
    ...(isOtherMaster(stored["master"], inputs["master"]) ? ["master"] : []),
  ];
  const changes =
    replaces.length > 0 ||
    stored["status"] !== "joined" ||
    holdsUnknown(inputs) ||
    updatable.some((key) => !isDeepStrictEqual(stored[key], inputs[key]));
  return { changes, replaces, deleteBeforeReplace: replaces.length > 0 && endsFirst(stored, inputs) };
}

/** Another store id is a correction where an address stayed the same, unless the cluster behind it is another one. */
function isOtherSite(stored: Stored, inputs: Stored): boolean {
  if (!differs(stored["storeId"], inputs["storeId"])) return false;
  return !hasSameAddress(stored, inputs) || isOtherCluster(stored["clusterUid"], inputs["clusterUid"]);
}

function isOtherCluster(before: unknown, now: unknown): boolean {
  return typeof before === "string" && typeof now === "string" && !holdsUnknown(now) && before !== now;
}

/** A site is a member once, and a name or joint address belongs to one member at a time. */
function endsFirst(stored: Stored, inputs: Stored): boolean {
  return hasSameAddress(stored, inputs) || stored["clusterName"] === inputs["name"];
}

function hasSameAddress(stored: Stored, inputs: Stored): boolean {
  const [before, now] = [siteOf(stored), siteOf(inputs)];
  return before !== undefined && now !== undefined && isSameSite(before, now);
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
