import { isDeepStrictEqual } from "node:util";
import { canonicalInputs } from "../shared/canonicalInputs";
import { containsUnknown } from "../shared/checkInputs";
import { isSameSite, readSite } from "./site";
import type { ResourceProps } from "./state";

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
  "jointRest",
  "controller",
  "clusterUid",
  "joinTokenMinutes",
  "retry",
  "timeoutSeconds",
  "forceLeave",
  "onMasterLost",
];

/**
 * What a change of inputs means; another spelling of an address is no change. Another site or name is a replacement.
 * Everything else is an update: another master or joint address, which the update moves to in place; credentials;
 * tuning; a status other than `joined`, which the update repairs; an entry that a previous master still lists. A join
 * token matters at the join only and is no change. Values unknown in a preview never replace.
 */
export function diffInputs(old: ResourceProps, news: ResourceProps): DiffResult {
  const [stored, inputs] = [canonicalInputs(old), canonicalInputs(news)];
  const replaces = [
    ...(isOtherSite(stored, inputs) ? ["storeId"] : []),
    ...(inputs["name"] !== undefined && differs(stored["clusterName"], inputs["name"]) ? ["name"] : []),
  ];
  const changes =
    replaces.length > 0 ||
    stored["status"] !== "joined" ||
    stored["refusedCredentials"] !== undefined ||
    isListedByPrevious(stored["previousMasters"]) ||
    containsUnknown(inputs) ||
    updatable.some((key) => !isDeepStrictEqual(stored[key], inputs[key]));
  const endsFirst = !replaces.includes("storeId") || needsAddressOrName(stored, inputs);
  return { changes, replaces, deleteBeforeReplace: replaces.length > 0 && endsFirst };
}

/** Another store id is a correction where an address stayed the same, unless the cluster behind it is another one. */
function isOtherSite(stored: ResourceProps, inputs: ResourceProps): boolean {
  if (!differs(stored["storeId"], inputs["storeId"])) return false;
  return !hasSameAddress(stored, inputs) || isOtherCluster(stored["clusterUid"], inputs["clusterUid"]);
}

function isOtherCluster(before: unknown, now: unknown): boolean {
  return typeof before === "string" && typeof now === "string" && !containsUnknown(now) && before !== now;
}

/** A joint address or a declared name belongs to one member at a time. */
function needsAddressOrName(stored: ResourceProps, inputs: ResourceProps): boolean {
  return hasSameAddress(stored, inputs) || stored["clusterName"] === inputs["name"];
}

function hasSameAddress(stored: ResourceProps, inputs: ResourceProps): boolean {
  const [before, now] = [readSite(stored), readSite(inputs)];
  return before !== undefined && now !== undefined && isSameSite(before, now);
}

function differs(old: unknown, wanted: unknown): boolean {
  return !containsUnknown(wanted) && !isDeepStrictEqual(old, wanted);
}

function isListedByPrevious(previousMasters: unknown): boolean {
  return Array.isArray(previousMasters) && previousMasters.some((each: { found?: unknown }) => each.found === "listed");
}
