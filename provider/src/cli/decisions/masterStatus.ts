import { unreadableReason } from "../settingPaths";
import { isClusterNameOf } from "../../federation/clusterName";
import type { Findings } from "../../federation/condition";
import type { FedJoinInputs } from "../../resources/fedJoin/inputs";
import type { MembershipState } from "../../federation/membershipState";
import type { ClusterEntry, FederationResponse } from "../../neuvector/client/federation";
import { memberConditions } from "./memberConditions";
import { staleEntryCandidates, type StaleEntryCandidate } from "../../federation/staleEntries";
import { classifyObservation, replyOf, type PartialObservation } from "../observation/observe";
import { groupByMaster } from "../observation/wantedMembership";
import { sameAddress } from "../../values/address";

/** A declared member, and what both sides reported. */
export interface ObservedMember {
  readonly inputs: FedJoinInputs;
  readonly observation: PartialObservation;
}

export interface MemberStatus {
  readonly storeId: string;
  /** The state that both sides result in; `unknown` if one of them did not answer. */
  readonly state: MembershipState["state"] | "unknown";
  readonly name: string | undefined;
  readonly clusterId: string | undefined;
  /** The master's own status of it, which changes by itself (rest-api.md#status-values). */
  readonly masterStatus: string | undefined;
  /** Why the state is unknown. */
  readonly reason: string | undefined;
  readonly conditions: Findings;
}

/** An entry on the master that no declared membership uses. */
export interface UndeclaredEntry {
  readonly entry: ClusterEntry;
  /** The declared site whose name and address it has. */
  readonly storeId: string | undefined;
  /** How `fedjoin prune` classifies the entry. */
  readonly verdict: StaleEntryCandidate["verdict"] | undefined;
}

export interface MasterStatus {
  readonly members: readonly MemberStatus[];
  readonly undeclared: readonly UndeclaredEntry[];
  /** False if the master's list could not be read: undeclared entries are unknown then. */
  readonly listRead: boolean;
}

/** The declared members of one master, and the other entries on its list. */
export function buildMasterStatus(observed: readonly ObservedMember[]): MasterStatus {
  const list = observed.map(({ observation }) => replyOf(observation.master)).find((reply) => reply !== undefined);
  const entries = list?.joint_clusters ?? [];
  const members = observed.map((each) => memberStatus(each, list));
  const used = new Set(members.map(({ clusterId }) => clusterId));
  // An entry that could belong to a member in an unknown state is not undeclared.
  const unknown = observed.filter((_, index) => members[index]?.state === "unknown");
  const undeclared = entries
    .toSorted(byName)
    .filter((entry) => !used.has(entry.id) && !unknown.some((each) => isOf(entry, each)))
    .map((entry) => {
      const owner = observed.find((each) => isOf(entry, each));
      return { entry, storeId: owner?.inputs.storeId, verdict: owner && staleVerdict(entry, owner, entries) };
    });
  return { members, undeclared, listRead: list !== undefined };
}

interface MasterGroup {
  readonly master: string;
  readonly entries: readonly ObservedMember[];
}

/** Groups members by master. Addresses at which the same master answers are one group, labelled with all of them. */
export function groupByListedMaster(observed: readonly ObservedMember[]): MasterGroup[] {
  const groups = new Map<string, MasterGroup>();
  for (const group of groupByMaster(observed, ({ inputs }) => inputs)) {
    const key = masterId(group) ?? group.master;
    const same = groups.get(key);
    const merged = same && {
      master: `${same.master}, ${group.master}`,
      entries: [...same.entries, ...group.entries],
    };
    groups.set(key, merged ?? group);
  }
  return [...groups.values()];
}

/** What the master says of itself. */
function masterId({ entries }: MasterGroup): string | undefined {
  const replies = entries.flatMap(({ observation }) => replyOf(observation.master) ?? []);
  return replies.find(({ fed_role }) => fed_role === "master")?.master_cluster?.id;
}

function byName(a: ClusterEntry, b: ClusterEntry): number {
  return a.name < b.name ? -1 : 1;
}

function memberStatus({ inputs, observation }: ObservedMember, list: FederationResponse | undefined): MemberStatus {
  const entries = list?.joint_clusters ?? [];
  const isRead = list !== undefined;
  const classification = classifyObservation(inputs, observation);
  if (classification.state === "unknown") {
    const entry = entries.find((each) => isOf(each, { inputs }));
    const reason = unreadableReason(classification.side, classification.error.message);
    return {
      storeId: inputs.storeId,
      state: "unknown",
      name: entry?.name,
      clusterId: undefined,
      masterStatus: entry?.status,
      reason,
      conditions: memberConditions(observation, classification, { isRead, entry }, reason),
    };
  }
  const { state } = classification.membership;
  const member = "member" in classification.membership ? classification.membership.member : undefined;
  const own = entries.find(({ id }) => id === member?.clusterId);
  const entry = own ?? entries.find((each) => isOf(each, { inputs }));
  return {
    storeId: inputs.storeId,
    state,
    name: member?.name,
    clusterId: member?.clusterId,
    masterStatus: own?.status,
    reason: undefined,
    conditions: memberConditions(observation, classification, { isRead, entry }, undefined),
  };
}

function staleVerdict(
  { id }: ClusterEntry,
  { inputs, observation }: ObservedMember,
  entries: readonly ClusterEntry[],
): StaleEntryCandidate["verdict"] | undefined {
  const candidates = staleEntryCandidates({ ...inputs, site: replyOf(observation.site) }, entries);
  return candidates.find(({ entry }) => entry.id === id)?.verdict;
}

function isOf({ name, rest_info }: ClusterEntry, { inputs }: Pick<ObservedMember, "inputs">): boolean {
  return (name === inputs.name || isClusterNameOf(inputs.storeId, name)) && sameAddress(rest_info, inputs.jointRest);
}
