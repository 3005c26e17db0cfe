import type { ClusterEntry, FederationResponse } from "@fedjoin/provider/internal/neuvector";
import type { FederationSnapshot } from "../scrape/scraper";
import { conditionTypes, wellStatus } from "@fedjoin/provider/internal/federation";
import { isKnownStatus, statusMeaning } from "./clusterStatus";
import { compareSeverities, type Severity } from "./severity";
import { formatAddress } from "@fedjoin/provider/internal/values";

/** A cluster of the federation. Name, id, address and status are untrusted text from the controller. */
export interface ClusterView {
  readonly name: string;
  readonly id: string;
  /** `host:port`, or empty. */
  readonly address: string;
  readonly status: string;
  readonly severity: Severity;
  readonly meaning: string;
  /** Whether this exporter scrapes it. */
  readonly isThis: boolean;
  /** The conditions of a member that are known not to be as they should. */
  readonly conditions: readonly ConditionView[];
}

/** A condition, and when this exporter first saw it so. */
export interface ConditionView {
  readonly type: string;
  readonly status: string;
  readonly sinceMs: number;
}

/** Members with the same status. */
export interface StatusCount {
  readonly status: string;
  readonly severity: Severity;
  readonly count: number;
}

/** The federation as seen by the controller at `atMs`. */
export type FederationView =
  | { readonly sees: "nothing" }
  | { readonly sees: "no federation"; readonly atMs: number; readonly isStale: boolean }
  | {
      readonly sees: "members";
      readonly atMs: number;
      readonly isStale: boolean;
      readonly master: ClusterView;
      /** Worst first, then by name. */
      readonly members: readonly ClusterView[];
      /** Worst first. */
      readonly counts: readonly StatusCount[];
    }
  | {
      readonly sees: "its master";
      readonly atMs: number;
      readonly isStale: boolean;
      readonly master: ClusterView;
      readonly member: ClusterView;
    };

/** Older data is marked as stale. Scrapes usually come at least once a minute. */
export const staleAfterMs = 5 * 60_000;

/** Builds the view of the last known federation. */
export function federationView(sight: FederationSnapshot | undefined, nowMs: number): FederationView {
  if (sight === undefined) return { sees: "nothing" };
  const { reply, atMs } = sight;
  const conditions = new Map(sight.members.map((record) => [record.id, poorConditions(record)]));
  const toMember = (entry: ClusterEntry | undefined, saidOf: "member" | "itself") => ({
    ...toCluster(entry, saidOf, saidOf === "itself"),
    conditions: conditions.get(entry?.id ?? "") ?? [],
  });
  const seen = { atMs, isStale: nowMs - atMs >= staleAfterMs };
  switch (reply.fed_role) {
    case "master": {
      const members = (reply.joint_clusters ?? []).map((entry) => toMember(entry, "member")).sort(worstFirst);
      return { sees: "members", ...seen, master: toMaster(reply, true), members, counts: countByStatus(members) };
    }
    case "joint": {
      // A member sees itself and its master, but no other members.
      const [own] = reply.joint_clusters ?? [];
      return { sees: "its master", ...seen, master: toMaster(reply, false), member: toMember(own, "itself") };
    }
    default:
      return { sees: "no federation", ...seen };
  }
}

/** A master reports itself as `active`. */
function toMaster({ master_cluster: entry }: FederationResponse, isThis: boolean): ClusterView {
  return toCluster(entry ?? undefined, isThis ? "itself" : "master", isThis);
}

function toCluster(entry: ClusterEntry | undefined, saidOf: Parameters<typeof statusMeaning>[1], isThis: boolean) {
  const { name = "", id = "", status = "", rest_info: rest } = entry ?? {};
  const address = rest === undefined || rest.server === "" ? "" : formatAddress(rest);
  return { name, id, address, status, isThis, conditions: [], ...statusMeaning(status, saidOf) } satisfies ClusterView;
}

function poorConditions({ conditions }: FederationSnapshot["members"][number]): ConditionView[] {
  return conditionTypes
    .map((type) => ({ type, ...conditions[type] }))
    .filter(({ type, status }) => status !== "Unknown" && status !== wellStatus(type))
    .map(({ type, status, lastTransitionMs }) => ({ type, status, sinceMs: lastTransitionMs }));
}

const byName = new Intl.Collator("en", { numeric: true });

const worstFirst = (a: ClusterView, b: ClusterView): number =>
  compareSeverities(a.severity, b.severity) || byName.compare(a.name, b.name);

/** Unknown statuses are counted together. */
function countByStatus(members: readonly ClusterView[]): StatusCount[] {
  const counts = new Map<string, StatusCount>();
  for (const { status, severity } of members) {
    const word = statusGroup(status);
    counts.set(word, { status: word, severity, count: (counts.get(word)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => compareSeverities(a.severity, b.severity) || b.count - a.count);
}

/** The status by which members are grouped. */
export const statusGroup = (status: string): string => (isKnownStatus(status) ? status : "unknown status");
