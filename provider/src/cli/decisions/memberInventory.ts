import type { ClusterEntry, FederationResponse } from "../../neuvector/client/federation";
import type { StoredExporter } from "../../pulumi/stackState";
import { readSite } from "../../resources/fedJoin/site";
import { compareText } from "../format";
import { masterListProblem, replyOf } from "../observation/observe";
import { masterLabel } from "../observation/wantedMembership";
import {
  exporterRow,
  fedJoinRow,
  isEntryOf,
  type MasterLists,
  type MemberRow,
  type ObservedFedJoin,
} from "./memberRows";
import { otherOwners } from "./otherOwners";

export interface UndeclaredEntry {
  readonly master: string;
  readonly entry: ClusterEntry;
}

export interface MemberInventory {
  readonly members: readonly MemberRow[];
  readonly undeclared: readonly UndeclaredEntry[];
  /** Masters whose list could not be read: their undeclared entries are unknown. */
  readonly unread: readonly { readonly master: string; readonly reason: string }[];
}

/** Compares the members of all stacks with the lists of all masters; sorted by stack and store id. */
export function buildInventory(
  fedJoins: readonly ObservedFedJoin[],
  exporters: readonly StoredExporter[],
): MemberInventory {
  const lists = readLists(fedJoins);
  const joined = fedJoins.map((each) => fedJoinRow(each, lists.read.get(masterLabel(each.join.inputs))));
  const members = [...joined, ...exporters.map((each) => exporterRow(each, lists))];
  const sites = [
    ...fedJoins.map(({ join: { inputs, outputs } }) => readSite({ ...inputs, masterId: outputs.masterId })),
    ...exporters.map(({ jointRest }) => readSite({ jointRest })),
  ];
  const others = otherOwners(members.map(({ stack, clusterId }, index) => ({ stack, clusterId, site: sites[index] })));
  return {
    members: members.map((row, index) => withOtherOwners(row, others[index] ?? [])).toSorted(byStackAndStore),
    undeclared: findUndeclared(fedJoins, members, exporters, lists),
    unread: [...lists.unread].map(([master, reason]) => ({ master, reason })),
  };
}

function byStackAndStore(a: MemberRow, b: MemberRow): number {
  return compareText(a.stack, b.stack) || compareText(a.storeId, b.storeId);
}

function readLists(fedJoins: readonly ObservedFedJoin[]): MasterLists {
  const read = new Map<string, FederationResponse>();
  const unread = new Map<string, string>();
  for (const { join, observation } of fedJoins) {
    const label = masterLabel(join.inputs);
    const problem = masterListProblem(observation.master);
    const reply = replyOf(observation.master);
    if (problem === undefined && reply !== undefined) read.set(label, reply);
    else unread.set(label, problem ?? "");
  }
  for (const label of read.keys()) unread.delete(label);
  return { read, unread };
}

function findUndeclared(
  fedJoins: readonly ObservedFedJoin[],
  members: readonly MemberRow[],
  exporters: readonly StoredExporter[],
  { read }: MasterLists,
): UndeclaredEntry[] {
  const used = new Set(members.map(({ clusterId }) => clusterId));
  const unknown = fedJoins.filter((_, index) => members[index]?.truth === "unknown").map(({ join }) => join);
  const claims = [...exporters, ...unknown.map(({ id, inputs }) => ({ ...inputs, name: inputs.name ?? id }))];
  // A master can have two labels, one for each address.
  const masters = new Map([...read].map(([master, reply]) => [reply.master_cluster?.id ?? master, { master, reply }]));
  return [...masters.values()].flatMap(({ master, reply }) =>
    (reply.joint_clusters ?? [])
      .filter((entry) => !used.has(entry.id) && !claims.some((claim) => isEntryOf(entry, claim)))
      .map((entry) => ({ master, entry })),
  );
}

function withOtherOwners(row: MemberRow, others: readonly string[]): MemberRow {
  if (others.length === 0) return row;
  const stacks = [...new Set(others)].filter((stack) => stack !== row.stack).toSorted(compareText);
  const owners = stacks.length === 0 ? "another resource of this stack" : `stack ${stacks.join(", stack ")}`;
  return { ...row, drift: "declared_twice", reason: `${owners} holds it too` };
}
