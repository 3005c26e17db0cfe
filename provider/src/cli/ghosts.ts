import { isNameOf } from "../membership/clusterName";
import { sameAddress, type Address } from "../ports";
import type { ClusterEntry, FedMemberReply } from "../controller/wire";

/** A site as declared, and what it says of itself where it can be read. */
export interface DeclaredSite {
  readonly storeId: string;
  /** A fixed cluster name. */
  readonly name?: string | undefined;
  readonly jointRest: Address;
  readonly site: FedMemberReply | undefined;
}

/** An entry of a declared site on its master, and whether it is dead. */
export interface Candidate {
  readonly entry: ClusterEntry;
  /**
   * `ghost`: dead, by the site's own word or because the site told the master that it is no such member.
   * `unproven`: nobody answers for it; the site may be gone, or only down.
   * `kept`: alive, or not known to be dead.
   */
  readonly verdict: "ghost" | "unproven" | "kept";
  readonly why: string;
}

const deadWords = new Set(["left", "kicked", "disconnected"]);

/**
 * The master's entries of one declared site: the name is its own or one of its store id's, and the address is declared.
 * Another's entry is none of them. A master shows `left` when the site itself denied the membership, `disconnected`
 * when nobody answered (contract 3.4), which a living member in an outage shows too.
 */
export function candidatesOf(declared: DeclaredSite, entries: readonly ClusterEntry[]): Candidate[] {
  const isNamed = (name: string): boolean => name === declared.name || isNameOf(declared.storeId, name);
  return entries
    .filter(({ name, rest_info }) => isNamed(name) && sameAddress(rest_info, declared.jointRest))
    .map((entry) => ({ entry, ...verdictOn(entry, declared.site) }));
}

function verdictOn({ id, status }: ClusterEntry, site: FedMemberReply | undefined): Pick<Candidate, "verdict" | "why"> {
  if (!deadWords.has(status)) return { verdict: "kept", why: `the master shows it as ${status || "new"}` };
  if (site === undefined) {
    return status === "disconnected"
      ? { verdict: "unproven", why: "the master shows it as disconnected, and the site cannot be read" }
      : { verdict: "ghost", why: `the master shows it as ${status}` };
  }
  const self = site.joint_clusters?.[0];
  if (site.fed_role === "") return { verdict: "ghost", why: "the site is standalone" };
  if (site.fed_role !== "joint" || self === undefined) {
    return { verdict: "kept", why: `the site's role is ${site.fed_role || "unknown"}: look at it by hand` };
  }
  return self.id === id
    ? { verdict: "kept", why: "the site says that it is this member" }
    : { verdict: "ghost", why: `the site is a member under another id, as ${self.name}` };
}
