import { formatAddress, type ClusterEntry, type FederationResponse } from "@fedjoin/provider";
import type { FederationSnapshot } from "../scrape/scraper";
import { isKnownStatus, statusMeaning } from "./clusterStatus";
import { compareSeverities, type Severity } from "./severity";

/** A cluster of the federation as the page shows it. Name, id, address and status are the controller's words. */
export interface ClusterView {
  readonly name: string;
  readonly id: string;
  /** `host:port`, empty when there is none. */
  readonly address: string;
  readonly status: string;
  readonly severity: Severity;
  readonly meaning: string;
  /** Whether it is the cluster that this exporter scrapes. */
  readonly isThis: boolean;
}

/** Members with the same status. */
export interface StatusCount {
  readonly status: string;
  readonly severity: Severity;
  readonly count: number;
}

/** The federation as one controller sees it; `atMs` is when it said so. */
export type FederationView =
  | { readonly sees: "nothing" }
  | { readonly sees: "no federation"; readonly atMs: number; readonly isStale: boolean }
  | {
      readonly sees: "members";
      readonly atMs: number;
      readonly isStale: boolean;
      readonly master: ClusterView;
      /** The worst first, then by name. */
      readonly members: readonly ClusterView[];
      /** The worst first. */
      readonly counts: readonly StatusCount[];
    }
  | {
      readonly sees: "its master";
      readonly atMs: number;
      readonly isStale: boolean;
      readonly master: ClusterView;
      readonly member: ClusterView;
    };

/** From this age on, a page says that what it shows is old. Scrapes usually come every minute or faster. */
export const staleAfterMs = 5 * 60_000;

/** What to show of the federation as it was last seen. */
export function federationView(sight: FederationSnapshot | undefined, nowMs: number): FederationView {
  if (sight === undefined) return { sees: "nothing" };
  const { reply, atMs } = sight;
  const seen = { atMs, isStale: nowMs - atMs >= staleAfterMs };
  switch (reply.fed_role) {
    case "master": {
      const members = (reply.joint_clusters ?? []).map((entry) => toCluster(entry, "member", false)).sort(worstFirst);
      return { sees: "members", ...seen, master: toMaster(reply, true), members, counts: countByStatus(members) };
    }
    case "joint": {
      // A member sees itself and its master, never its siblings.
      const [own] = reply.joint_clusters ?? [];
      return { sees: "its master", ...seen, master: toMaster(reply, false), member: toCluster(own, "itself", true) };
    }
    default:
      return { sees: "no federation", ...seen };
  }
}

/** A master says of itself `active`, which needs no explanation. */
function toMaster({ master_cluster: entry }: FederationResponse, isThis: boolean): ClusterView {
  return toCluster(entry ?? undefined, isThis ? "itself" : "master", isThis);
}

function toCluster(entry: ClusterEntry | undefined, saidOf: Parameters<typeof statusMeaning>[1], isThis: boolean) {
  const { name = "", id = "", status = "", rest_info: rest } = entry ?? {};
  const address = rest === undefined || rest.server === "" ? "" : formatAddress(rest);
  return { name, id, address, status, isThis, ...statusMeaning(status, saidOf) } satisfies ClusterView;
}

const byName = new Intl.Collator("en", { numeric: true });

const worstFirst = (a: ClusterView, b: ClusterView): number =>
  compareSeverities(a.severity, b.severity) || byName.compare(a.name, b.name);

/** The words that no controller has are counted together. */
function countByStatus(members: readonly ClusterView[]): StatusCount[] {
  const counts = new Map<string, StatusCount>();
  for (const { status, severity } of members) {
    const word = statusGroup(status);
    counts.set(word, { status: word, severity, count: (counts.get(word)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => compareSeverities(a.severity, b.severity) || b.count - a.count);
}

/** The status by which members are put together. */
export const statusGroup = (status: string): string => (isKnownStatus(status) ? status : "unknown status");
