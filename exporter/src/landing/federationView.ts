import { formatAddress, type ClusterEntry, type FedMemberReply } from "@fedjoin/provider";
import type { FederationSight } from "../scrape/scraper";
import { isKnownStatus, meaningOf } from "./clusterStatus";
import { compareTones, type Tone } from "./tone";

/** A cluster of the federation as the page shows it. Name, id, address and status are the controller's words. */
export interface ClusterView {
  readonly name: string;
  readonly id: string;
  /** `host:port`, empty when there is none. */
  readonly address: string;
  readonly status: string;
  readonly tone: Tone;
  readonly meaning: string;
  /** Whether it is the cluster that this exporter scrapes. */
  readonly isThis: boolean;
}

/** Members with the same status. */
export interface StatusCount {
  readonly status: string;
  readonly tone: Tone;
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
export function federationView(sight: FederationSight | undefined, nowMs: number): FederationView {
  if (sight === undefined) return { sees: "nothing" };
  const { reply, atMs } = sight;
  const seen = { atMs, isStale: nowMs - atMs >= staleAfterMs };
  switch (reply.fed_role) {
    case "master": {
      const members = (reply.joint_clusters ?? []).map((entry) => clusterOf(entry, "member", false)).sort(worstFirst);
      return { sees: "members", ...seen, master: masterOf(reply, true), members, counts: countsOf(members) };
    }
    case "joint": {
      // A member sees itself and its master, never its siblings.
      const [own] = reply.joint_clusters ?? [];
      return { sees: "its master", ...seen, master: masterOf(reply, false), member: clusterOf(own, "itself", true) };
    }
    default:
      return { sees: "no federation", ...seen };
  }
}

/** A master says of itself `active`, which needs no explanation. */
function masterOf({ master_cluster: entry }: FedMemberReply, isThis: boolean): ClusterView {
  return clusterOf(entry ?? undefined, isThis ? "itself" : "master", isThis);
}

function clusterOf(entry: ClusterEntry | undefined, saidOf: Parameters<typeof meaningOf>[1], isThis: boolean) {
  const { name = "", id = "", status = "", rest_info: rest } = entry ?? {};
  const address = rest === undefined || rest.server === "" ? "" : formatAddress(rest);
  return { name, id, address, status, isThis, ...meaningOf(status, saidOf) } satisfies ClusterView;
}

const byName = new Intl.Collator("en", { numeric: true });

const worstFirst = (a: ClusterView, b: ClusterView): number =>
  compareTones(a.tone, b.tone) || byName.compare(a.name, b.name);

/** The words that no controller has are counted together. */
function countsOf(members: readonly ClusterView[]): StatusCount[] {
  const counts = new Map<string, StatusCount>();
  for (const { status, tone } of members) {
    const word = groupOf(status);
    counts.set(word, { status: word, tone, count: (counts.get(word)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => compareTones(a.tone, b.tone) || b.count - a.count);
}

/** The status by which members are put together. */
export const groupOf = (status: string): string => (isKnownStatus(status) ? status : "unknown status");
