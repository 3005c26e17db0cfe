import { isClusterNameOf } from "../../federation/clusterName";
import { isLive } from "../../federation/membershipState";
import type { ClusterEntry } from "../../neuvector/client/federation";
import { storeIdPattern } from "../../values/storeId";
import { addressKey } from "../../values/address";

/** The declaration of a member that a master lists; the common settings add the rest. */
export interface ListedMember {
  readonly storeId: string;
  /** Set unless the cluster name is one that the store id can produce. */
  readonly name?: string;
  readonly controller?: { readonly server: string; readonly port: number };
  readonly jointRest: { readonly server: string; readonly port: number };
}

export interface ListedMembers {
  readonly members: readonly ListedMember[];
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
}

/**
 * Declares every member on a master's list. With `asksSites`, the joint address, at which the master reaches a site's REST
 * API, is also that of its controller.
 */
export function declareListedMembers(entries: readonly ClusterEntry[], asksSites: boolean): ListedMembers {
  const live = entries.filter(isLive);
  const generated = countBy(live, ({ name }) => generatedStoreId(name));
  const storeIdFor = ({ name }: ClusterEntry): string => {
    const storeId = generatedStoreId(name);
    return storeId !== "" && generated.get(storeId) === 1 ? storeId : madeStoreId(name);
  };
  const storeIds = countBy(live, storeIdFor);
  const addresses = countBy(live, ({ rest_info }) => addressKey(rest_info));
  const problemOf = (entry: ClusterEntry): string | undefined => {
    if (!isLive(entry)) return `the master says ${entry.status}`;
    if (addresses.get(addressKey(entry.rest_info)) !== 1) return sharedAddress;
    const storeId = storeIdFor(entry);
    return storeId === "" || storeIds.get(storeId) !== 1 ? noStoreId : undefined;
  };
  const judged = entries.map((entry) => ({ entry, reason: problemOf(entry) }));
  return {
    members: judged.flatMap(({ entry, reason }) =>
      reason === undefined ? [declaration(entry, storeIdFor(entry), asksSites)] : [],
    ),
    leftOut: judged.flatMap(({ entry: { name }, reason }) => (reason === undefined ? [] : [{ name, reason }])),
  };
}

function declaration({ name, rest_info }: ClusterEntry, storeId: string, asksSites: boolean): ListedMember {
  const { server, port } = rest_info;
  return {
    storeId,
    ...(!isClusterNameOf(storeId, name) && { name }),
    ...(asksSites && { controller: { server, port } }),
    jointRest: { server, port },
  };
}

const sharedAddress = "another entry has the same address: delete the stale one (fedjoin prune)";
const noStoreId = "no store id can be made from its name: declare it in a file (--file)";

/** The store id of a name that a join generated; otherwise empty. */
function generatedStoreId(name: string): string {
  const storeId = name.replace(/-[^-]*$/, "");
  return isClusterNameOf(storeId, name) && storeIdPattern.test(storeId) ? storeId : "";
}

/** A store id for a name of any form; empty if there is none. */
function madeStoreId(name: string): string {
  const storeId = name.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "");
  return storeIdPattern.test(storeId) ? storeId : "";
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of items.map(keyOf)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
