import { isClusterNameOf } from "../../federation/clusterName";
import { sameAddress, type Address } from "../../neuvector/ports";
import type { ClusterEntry, FederationResponse } from "../../neuvector/client/wire";

/** A site as declared, and what it says of itself where it can be read. */
export interface DeclaredSite {
  readonly storeId: string;
  /** A fixed cluster name. */
  readonly name?: string | undefined;
  readonly jointRest: Address;
  readonly site: FederationResponse | undefined;
}

/** An entry of a declared site on its master, and whether it is dead. */
export interface StaleEntryCandidate {
  readonly entry: ClusterEntry;
  /**
   * `ghost`: stale, by the word of the site, which was read: standalone, or a member under another id.
   * `unproven`: the site was not read; it may be gone, or only down.
   * `kept`: alive, or not known to be stale.
   */
  readonly verdict: "ghost" | "unproven" | "kept";
  readonly reason: string;
}

const deadWords = new Set(["left", "kicked", "disconnected"]);

/**
 * The master's entries of one declared site: the name is its own or one of its store id's, and the address is declared.
 * Another's entry is none of them. The site's word alone proves an entry stale. The master's word for it does not: after
 * a restart it calls a stale entry `synced`, and a member in an outage, or one that is joining, `disconnected` or `left`
 * (rest-api.md#status-values).
 */
export function staleEntryCandidates(declared: DeclaredSite, entries: readonly ClusterEntry[]): StaleEntryCandidate[] {
  const isNamed = (name: string): boolean => name === declared.name || isClusterNameOf(declared.storeId, name);
  const own = entries.filter(({ name, rest_info }) => isNamed(name) && sameAddress(rest_info, declared.jointRest));
  const living = own.filter(({ status }) => !deadWords.has(status)).length;
  return own.map((entry) => ({
    entry,
    ...(declared.site === undefined ? withoutTheSite(entry, living) : verdictOfSite(entry, declared.site)),
  }));
}

type Word = Pick<StaleEntryCandidate, "verdict" | "reason">;

function verdictOfSite({ id }: ClusterEntry, site: FederationResponse): Word {
  const self = site.joint_clusters?.[0];
  if (site.fed_role === "") return { verdict: "ghost", reason: "the site is standalone" };
  if (site.fed_role !== "joint" || self === undefined) {
    return { verdict: "kept", reason: `the site's role is ${site.fed_role || "unknown"}: look at it by hand` };
  }
  return self.id === id
    ? { verdict: "kept", reason: "the site says that it is this member" }
    : { verdict: "ghost", reason: `the site is a member under another id, as ${self.name}` };
}

/** `living` counts the entries of this site that the master does not call ended: it is one member at most. */
function withoutTheSite({ status }: ClusterEntry, living: number): Word {
  const shown = `the master shows it as ${status || "new"}`;
  if (deadWords.has(status)) return { verdict: "unproven", reason: `${shown}, and the site was not read` };
  return living > 1
    ? { verdict: "unproven", reason: `${shown}, beside another entry of this site, which was not read` }
    : { verdict: "kept", reason: shown };
}
