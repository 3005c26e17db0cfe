import type { ClusterEntry, FederationResponse } from "../../neuvector/client/federation";
import { readSite } from "../../resources/fedJoin/site";
import { ownedMembership } from "../../resources/fedJoin/state";
import { isClusterNameOf } from "../../federation/clusterName";
import { classifyMembership, type MembershipState } from "../../federation/membershipState";
import { sameAddress } from "../../neuvector/ports";
import { masterListProblem, replyOf, type PartialObservation, type SideResult } from "../observation/observe";
import { otherOwners } from "./otherOwners";
import type { StoredExporter, StoredFedJoin } from "../../pulumi/stackState";
import { compareText } from "../format";
import { masterLabel } from "../observation/wantedMembership";

/** A FedJoin of a stack, and what both sides said. */
export interface ObservedFedJoin {
  readonly join: StoredFedJoin;
  readonly observation: PartialObservation;
}

/**
 * How state and servers differ. `missing`: the site is not a member as declared. `changed`: a member, and not as the state
 * has it. `declared_twice`: more than one resource holds it. `unknown`: nobody answered who could tell.
 */
export type Drift = "none" | "missing" | "changed" | "declared_twice" | "unknown";

/** A declared member of the whole estate. */
export interface MemberRow {
  readonly stack: string;
  readonly storeId: string;
  readonly owner: "pulumi" | "exporter";
  /** The master as people call it. */
  readonly master: string;
  readonly name: string | undefined;
  readonly clusterId: string | undefined;
  /** What the stack's state says; `replacing` between leaving and joining anew. */
  readonly stored: string;
  /** What the sides that answered make of it. */
  readonly truth: MembershipState["state"] | "unknown";
  /** The master's word, or `not_listed`, `silent`, `not_asked`. */
  readonly masterSays: string;
  /** The site's role, or `silent`, `not_asked`. */
  readonly siteSays: string;
  readonly drift: Drift;
  readonly reason: string | undefined;
}

export interface UndeclaredEntry {
  readonly master: string;
  readonly entry: ClusterEntry;
}

export interface MemberInventory {
  readonly members: readonly MemberRow[];
  readonly undeclared: readonly UndeclaredEntry[];
  /** Masters whose list was not to be had: what else is on them is not known. */
  readonly unread: readonly { readonly master: string; readonly reason: string }[];
}

/** All members over all stacks, sorted by stack and store id, against the lists of all masters. */
export function buildInventory(
  watched: readonly ObservedFedJoin[],
  exporters: readonly StoredExporter[],
): MemberInventory {
  const lists = listsOf(watched);
  const joins = watched.map((each) => joinRow(each, lists.read.get(masterLabel(each.join.inputs))));
  const members = [...joins, ...exporters.map((each) => exporterRow(each, lists))];
  const sites = [
    ...watched.map(({ join: { inputs, outputs } }) => readSite({ ...inputs, masterId: outputs.masterId })),
    ...exporters.map(({ jointRest }) => readSite({ jointRest })),
  ];
  const others = otherOwners(members.map(({ stack, clusterId }, index) => ({ stack, clusterId, site: sites[index] })));
  return {
    members: members.map((row, index) => declaredTwice(row, others[index] ?? [])).toSorted(byStackAndStore),
    undeclared: undeclaredOf(watched, members, exporters, lists),
    unread: [...lists.unread].map(([master, reason]) => ({ master, reason })),
  };
}

/** The engine keeps its resources in the order in which they came to be. */
function byStackAndStore(a: MemberRow, b: MemberRow): number {
  return compareText(a.stack, b.stack) || compareText(a.storeId, b.storeId);
}

interface Lists {
  /** What each master said, by its label. */
  readonly read: ReadonlyMap<string, FederationResponse>;
  readonly unread: ReadonlyMap<string, string>;
}

function listsOf(watched: readonly ObservedFedJoin[]): Lists {
  const read = new Map<string, FederationResponse>();
  const unread = new Map<string, string>();
  for (const { join, observation } of watched) {
    const label = masterLabel(join.inputs);
    const problem = masterListProblem(observation.master);
    const reply = replyOf(observation.master);
    if (problem === undefined && reply !== undefined) read.set(label, reply);
    else unread.set(label, problem ?? "");
  }
  for (const label of read.keys()) unread.delete(label);
  return { read, unread };
}

function joinRow({ join, observation }: ObservedFedJoin, list: FederationResponse | undefined): MemberRow {
  const { id, inputs, outputs } = join;
  const view = { site: replyOf(observation.site), master: replyOf(observation.master) ?? list };
  const verdict =
    view.site === undefined && view.master === undefined
      ? undefined
      : classifyMembership(ownedMembership(id, inputs, outputs), { site: view.site, master: view.master });
  const clusterId = verdict !== undefined && "member" in verdict ? verdict.member.clusterId : undefined;
  const entry = view.master?.joint_clusters?.find((each) => each.id === (clusterId ?? outputs.clusterId));
  const silent = [observation.site, observation.master].find((side) => side.state === "failed");
  return {
    stack: join.stack,
    storeId: inputs.storeId,
    owner: "pulumi",
    master: masterLabel(inputs),
    name: verdict !== undefined && "member" in verdict ? verdict.member.name : id,
    clusterId,
    stored: join.isBeingReplaced ? "replacing" : outputs.status,
    truth: verdict?.state ?? "unknown",
    masterSays: view.master === undefined ? wordFor(observation.master) : (entry?.status ?? "not_listed"),
    siteSays: view.site === undefined ? wordFor(observation.site) : view.site.fed_role || "standalone",
    drift: verdict === undefined ? "unknown" : driftOf(verdict, join),
    reason: silent?.state === "failed" ? silent.error.message : undefined,
  };
}

function wordFor(seen: SideResult): string {
  return seen.state === "failed" ? "silent" : "not_asked";
}

function driftOf(verdict: MembershipState, { outputs, isBeingReplaced }: StoredFedJoin): Drift {
  switch (verdict.state) {
    case "joined": {
      const isStored =
        outputs.status === "joined" && !isBeingReplaced && outputs.clusterId === verdict.member.clusterId;
      return isStored ? "none" : "changed";
    }
    case "renamed":
    case "moved":
      return "changed";
    case "absent":
    case "kicked":
    case "left":
    case "elsewhere":
    case "master":
    case "no_master":
    case "name_taken":
      return "missing";
  }
}

const ended = new Set(["left", "kicked"]);

/** An exporter's account is not ours to use: the lists of the masters that were read tell. */
function exporterRow(exporter: StoredExporter, { read, unread }: Lists): MemberRow {
  const [found] = [...read].flatMap(([master, { joint_clusters }]) =>
    (joint_clusters ?? []).filter((entry) => isOf(entry, exporter)).map((entry) => ({ master, entry })),
  );
  const truth =
    found === undefined
      ? unread.size === 0 && read.size > 0
        ? "absent"
        : "unknown"
      : ended.has(found.entry.status)
        ? "left"
        : "joined";
  return {
    stack: exporter.stack,
    storeId: exporter.storeId,
    owner: "exporter",
    master: found?.master ?? "unknown master",
    name: found?.entry.name ?? exporter.name,
    clusterId: found?.entry.id,
    stored: "-",
    truth,
    masterSays: found?.entry.status ?? (truth === "absent" ? "not_listed" : "not_asked"),
    siteSays: "not_asked",
    drift: truth === "joined" ? "none" : truth === "unknown" ? "unknown" : "missing",
    reason: truth === "unknown" ? "no master was read that could list it" : undefined,
  };
}

function undeclaredOf(
  watched: readonly ObservedFedJoin[],
  members: readonly MemberRow[],
  exporters: readonly StoredExporter[],
  { read }: Lists,
): UndeclaredEntry[] {
  const used = new Set(members.map(({ clusterId }) => clusterId));
  const untold = watched.filter((_, index) => members[index]?.truth === "unknown").map(({ join }) => join);
  const claims = [...exporters, ...untold.map(({ id, inputs }) => ({ ...inputs, name: inputs.name ?? id }))];
  // One master may be known by two addresses.
  const masters = new Map([...read].map(([master, reply]) => [reply.master_cluster?.id ?? master, { master, reply }]));
  return [...masters.values()].flatMap(({ master, reply }) =>
    (reply.joint_clusters ?? [])
      .filter((entry) => !used.has(entry.id) && !claims.some((claim) => isOf(entry, claim)))
      .map((entry) => ({ master, entry })),
  );
}

function isOf(
  { name, rest_info }: ClusterEntry,
  claim: Pick<StoredExporter, "storeId" | "jointRest"> & { readonly name?: string | undefined },
): boolean {
  return (name === claim.name || isClusterNameOf(claim.storeId, name)) && sameAddress(rest_info, claim.jointRest);
}

function declaredTwice(row: MemberRow, others: readonly string[]): MemberRow {
  if (others.length === 0) return row;
  const stacks = [...new Set(others)].filter((stack) => stack !== row.stack).toSorted(compareText);
  const owners = stacks.length === 0 ? "another resource of this stack" : `stack ${stacks.join(", stack ")}`;
  return { ...row, drift: "declared_twice", reason: `${owners} holds it too` };
}
