import { isClusterNameOf } from "./clusterName";
import { isReachable } from "./membershipState";
import type { ClusterEntry, FederationResponse } from "../neuvector/client/federation";
import { sameAddress, type Address } from "../values/address";

/** A declared site, and its own report if it could be read. */
export interface DeclaredSite {
  readonly storeId: string;
  /** A fixed cluster name. */
  readonly name?: string | undefined;
  readonly jointRest: Address;
  readonly site: FederationResponse | undefined;
}

/** An entry of a declared site on its master, and whether it is stale. */
export interface StaleEntryCandidate {
  readonly entry: ClusterEntry;
  /**
   * `stale`: the site reports that it is standalone, or a member under another id.
   * `unproven`: the site was not read; it may no longer exist, or only be down.
   * `kept`: alive, or not known to be stale.
   */
  readonly verdict: "stale" | "unproven" | "kept";
  readonly reason: string;
}

/**
 * The master's entries of one declared site: those with its name or a name of its store id, and with its address. Only
 * the site's own report proves an entry stale. The master's status does not: after a restart it shows a stale entry as
 * `synced`, and a member that is down or joining as `disconnected` or `left` (rest-api.md#status-values).
 */
export function staleEntryCandidates(declared: DeclaredSite, entries: readonly ClusterEntry[]): StaleEntryCandidate[] {
  const isNamed = (name: string): boolean => name === declared.name || isClusterNameOf(declared.storeId, name);
  const own = entries.filter(({ name, rest_info }) => isNamed(name) && sameAddress(rest_info, declared.jointRest));
  const reachable = own.filter(isReachable).length;
  return own.map((entry) => ({
    entry,
    ...(declared.site === undefined ? verdictWithoutSite(entry, reachable) : verdictBySite(entry, declared.site)),
  }));
}

type Verdict = Pick<StaleEntryCandidate, "verdict" | "reason">;

function verdictBySite({ id }: ClusterEntry, site: FederationResponse): Verdict {
  const self = site.joint_clusters?.[0];
  if (site.fed_role === "") return { verdict: "stale", reason: "the site is standalone" };
  if (site.fed_role !== "joint" || self === undefined) {
    return { verdict: "kept", reason: `the site's role is ${site.fed_role || "unknown"}: check it by hand` };
  }
  return self.id === id
    ? { verdict: "kept", reason: "the site reports that it is this member" }
    : { verdict: "stale", reason: `the site is a member under another id, as ${self.name}` };
}

/** @param reachable Number of entries of this site that the master shows as reachable; at most one of them is real. */
function verdictWithoutSite(entry: ClusterEntry, reachable: number): Verdict {
  const shown = `the master shows it as ${entry.status || "new"}`;
  if (!isReachable(entry)) return { verdict: "unproven", reason: `${shown}, and the site was not read` };
  return reachable > 1
    ? { verdict: "unproven", reason: `${shown}, beside another entry of this site, which was not read` }
    : { verdict: "kept", reason: shown };
}
