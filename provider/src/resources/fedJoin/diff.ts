import { isDeepStrictEqual } from "node:util";
import { isSameSite, readSite } from "./site";
import { canonicalInputs } from "../shared/canonicalInputs";
import type { DiffResult } from "../shared/resourceLifecycle";
import { containsUnknown, type ResourceProps } from "../shared/props";

/** Inputs whose change is an update. All others matter only together with one of them, or for the join. */
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
 * Decides what a change of inputs means. Another site or name is a replacement. Everything else is an update: another master
 * or joint address, to which the update moves the membership in place; credentials; settings; a status other than
 * `joined`, which the update repairs; an entry that a previous master still lists. Another spelling of an address is not a
 * change; nor is another join token, which is used for the join only. Values unknown during a preview never replace.
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

/** Another store id is a correction if an address is the same, unless the cluster behind it is another one. */
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

function differs(old: unknown, desired: unknown): boolean {
  return !containsUnknown(desired) && !isDeepStrictEqual(old, desired);
}

function isListedByPrevious(previousMasters: unknown): boolean {
  return Array.isArray(previousMasters) && previousMasters.some((each: { found?: unknown }) => each.found === "listed");
}
