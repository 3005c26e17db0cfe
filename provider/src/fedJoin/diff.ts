import { isDeepStrictEqual } from "node:util";
import { canonicalInputs } from "./canonicalInputs";
import { holdsUnknown } from "./checkInputs";
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
export function diffInputs(old: Stored, news: Stored): DiffResult {
  const [stored, inputs] = [canonicalInputs(old), canonicalInputs(news)];
  const replaces = [
    ...(differs(stored["storeId"], inputs["storeId"]) ? ["storeId"] : []),
    ...(inputs["name"] !== undefined && differs(stored["clusterName"], inputs["name"]) ? ["name"] : []),
  ];
  const changes =
    replaces.length > 0 ||
    stored["status"] !== "joined" ||
    stored["refusedCredentials"] !== undefined ||
    isListedByPrevious(stored["previousMasters"]) ||
    holdsUnknown(inputs) ||
    updatable.some((key) => !isDeepStrictEqual(stored[key], inputs[key]));
  return { changes, replaces, deleteBeforeReplace: true };
}

function differs(old: unknown, wanted: unknown): boolean {
  return !holdsUnknown(wanted) && !isDeepStrictEqual(old, wanted);
}

function isListedByPrevious(previousMasters: unknown): boolean {
  return Array.isArray(previousMasters) && previousMasters.some((each: { found?: unknown }) => each.found === "listed");
}
