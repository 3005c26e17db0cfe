import { isClusterNameOf } from "../../federation/clusterName";
import type { FedJoinInputs } from "../../resources/fedJoin/inputs";
import type { MembershipState } from "../../federation/membershipState";
import { sameAddress } from "../../neuvector/ports";
import type { ClusterEntry } from "../../neuvector/client/wire";
import { staleEntryCandidates, type StaleEntryCandidate } from "./staleEntries";
import { classifyObservation, replyOf, type PartialObservation } from "../observation/observe";

/** A declared member and the master's look at it. */
export interface ObservedMember {
  readonly inputs: FedJoinInputs;
  readonly observation: PartialObservation;
}

export interface MemberStatus {
  readonly storeId: string;
  /** What both sides make of it together; `unknown` when one of them did not answer. */
  readonly state: MembershipState["state"] | "unknown";
  readonly name: string | undefined;
  readonly clusterId: string | undefined;
  /** The master's own word for it, which flips by itself (rest-api.md#status-values). */
  readonly masterStatus: string | undefined;
  /** Why nobody can tell. */
  readonly reason: string | undefined;
}

/** An entry on the master that no declared membership uses. */
export interface UndeclaredEntry {
  readonly entry: ClusterEntry;
  /** The store id whose name and address it has: no stranger's. */
  readonly leftoverOf: string | undefined;
  /** What `fedjoin sweep` makes of such an entry. */
  readonly verdict: StaleEntryCandidate["verdict"] | undefined;
}

export interface MasterStatus {
  readonly members: readonly MemberStatus[];
  readonly undeclared: readonly UndeclaredEntry[];
  /** False when the master's list was not to be had: then nobody knows what is undeclared. */
  readonly listRead: boolean;
}

/** Who of the declared is a member of one master, and what else is on its list. */
export function buildMasterStatus(watched: readonly ObservedMember[]): MasterStatus {
  const list = watched.map(({ observation }) => replyOf(observation.master)).find((reply) => reply !== undefined);
  const entries = list?.joint_clusters ?? [];
  const members = watched.map((each) => memberStatus(each, entries));
  const used = new Set(members.map(({ clusterId }) => clusterId));
  // Where nobody can tell the membership, an entry that fits it is not called undeclared.
  const untold = watched.filter((_, index) => members[index]?.state === "unknown");
  const undeclared = entries
    .toSorted(byName)
    .filter((entry) => !used.has(entry.id) && !untold.some((each) => isOf(entry, each)))
    .map((entry) => {
      const owner = watched.find((each) => isOf(entry, each));
      return { entry, leftoverOf: owner?.inputs.storeId, verdict: owner && verdictOn(entry, owner, entries) };
    });
  return { members, undeclared, listRead: list !== undefined };
}

function byName(a: ClusterEntry, b: ClusterEntry): number {
  return a.name < b.name ? -1 : 1;
}

function memberStatus({ inputs, observation }: ObservedMember, entries: readonly ClusterEntry[]): MemberStatus {
  const judged = classifyObservation(inputs, observation);
  if (judged.state === "unknown") {
    const entry = entries.find((each) => isOf(each, { inputs }));
    return {
      storeId: inputs.storeId,
      state: "unknown",
      name: entry?.name,
      clusterId: undefined,
      masterStatus: entry?.status,
      reason: `the ${judged.side} cannot be read: ${judged.error.message}`,
    };
  }
  const { verdict } = judged;
  const member = "member" in verdict ? verdict.member : undefined;
  return {
    storeId: inputs.storeId,
    state: verdict.state,
    name: member?.name,
    clusterId: member?.clusterId,
    masterStatus: entries.find(({ id }) => id === member?.clusterId)?.status,
    reason: undefined,
  };
}

function verdictOn(
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
