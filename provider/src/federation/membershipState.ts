import { isClusterNameOf } from "./clusterName";
import { sameAddress, type Address } from "../neuvector/ports";
import type { ClusterEntry, FederationResponse } from "../neuvector/client/federation";

/** The membership somebody wants. */
export interface DesiredMembership {
  readonly storeId: string;
  /** The cluster name, drawn or declared. */
  readonly name: string;
  /** True when an existing membership under another name is not good enough. */
  readonly nameIsFixed: boolean;
  /** Where the master reaches the site. */
  readonly jointRest: Address;
  /** Every address the wanted master is known by, used where its own list cannot be read. */
  readonly masterAddresses: readonly Address[];
  /** The id of the master that our membership was made with, if known. */
  readonly masterId?: string | undefined;
  /** The controller's id of the membership we own, if we own one. */
  readonly clusterId?: string | undefined;
  /** Ids of memberships we owned before. */
  readonly formerIds?: readonly string[] | undefined;
}

/** What both sides say; `undefined` for a side that we have no credentials for. */
export interface Observation {
  readonly site: FederationResponse | undefined;
  readonly master: FederationResponse | undefined;
}

/** A membership as found. */
export interface ObservedMembership {
  readonly name: string;
  /** The controller's id, new at every rejoin. */
  readonly clusterId: string;
  readonly jointRest: Address;
  /** `undefined` where only the site was asked and has not been told yet. */
  readonly masterId: string | undefined;
}

/** What a view means for the membership that is wanted. */
export type MembershipState =
  /** A member as wanted. */
  | { readonly state: "joined"; readonly member: ObservedMembership }
  /** No trace of a membership. */
  | { readonly state: "absent" }
  /** The site still calls itself a member, the master removed it (rest-api.md#lifecycle-and-timings). */
  | { readonly state: "kicked"; readonly member: ObservedMembership }
  /**
   * The site is standalone, the master keeps entries of it: left by force, re-installed, or a join whose answer was
   * lost (rest-api.md#leaving).
   */
  | { readonly state: "left"; readonly members: readonly ObservedMembership[] }
  /** A member of the wanted master under another name. */
  | { readonly state: "renamed"; readonly member: ObservedMembership }
  /** A member of the wanted master with another joint address. */
  | { readonly state: "moved"; readonly member: ObservedMembership }
  /** A member of another master. */
  | { readonly state: "elsewhere"; readonly master: string }
  /** A master itself. */
  | { readonly state: "master" }
  /** The controller that should be the master is none. */
  | { readonly state: "no_master" }
  /** The wanted name belongs to another cluster of this master. */
  | { readonly state: "name_taken"; readonly by: Address };

/**
 * Decides what a view means. Roles and entries decide; status words are noise except `kicked` and `left`
 * (rest-api.md#status-values).
 */
export function classifyMembership(wanted: DesiredMembership, view: Observation): MembershipState {
  if (view.master !== undefined && view.master.fed_role !== "master") return { state: "no_master" };
  return view.site === undefined ? classifyByMaster(wanted, view) : classifyBySite(wanted, view.site, view);
}

const endedStatuses = new Set(["left", "kicked"]);

function classifyByMaster(wanted: DesiredMembership, { master }: Observation): MembershipState {
  const entries = master?.joint_clusters ?? [];
  const candidates = wanted.nameIsFixed ? ownEntries(wanted, entries) : entriesOfSite(wanted, entries);
  const entry = candidates.find(isLive) ?? liveEntryAt(wanted, entries) ?? candidates[0];
  if (entry === undefined) return nameConflict(wanted, entries) ?? { state: "absent" };
  const member = toMember(entry, master);
  if (endedStatuses.has(entry.status)) {
    return { state: "left", members: candidates.map((each) => toMember(each, master)) };
  }
  return compareMember(wanted, member);
}

function isLive({ status }: ClusterEntry): boolean {
  return !endedStatuses.has(status);
}

/** Where any name will do, the member at our joint address is ours: the address is all that tells sites apart here. */
function liveEntryAt(wanted: DesiredMembership, entries: readonly ClusterEntry[]): ClusterEntry | undefined {
  if (wanted.nameIsFixed) return undefined;
  return entries.find((entry) => isLive(entry) && sameAddress(entry.rest_info, wanted.jointRest));
}

function classifyBySite(wanted: DesiredMembership, site: FederationResponse, view: Observation): MembershipState {
  const entries = view.master?.joint_clusters ?? [];
  if (site.fed_role === "master") return { state: "master" };
  if (site.fed_role !== "joint") {
    const stale = entriesOfSite(wanted, entries).map((entry) => toMember(entry, view.master));
    if (stale.length > 0) return { state: "left", members: stale };
    return nameConflict(wanted, entries) ?? { state: "absent" };
  }
  const self = site.joint_clusters?.[0];
  const siteMaster = site.master_cluster;
  if (self === undefined || siteMaster === null || siteMaster === undefined) return { state: "absent" };
  if (!isDesiredMaster(wanted, siteMaster, view.master)) return { state: "elsewhere", master: siteMaster.name };
  const member = toMember(self, site);
  const known = view.master === undefined ? undefined : entries.some(({ id }) => id === self.id);
  if (known === false || (known === undefined && self.status === "kicked")) return { state: "kicked", member };
  return compareMember(wanted, member);
}

function compareMember(wanted: DesiredMembership, member: ObservedMembership): MembershipState {
  if (wanted.nameIsFixed && member.name !== wanted.name) return { state: "renamed", member };
  if (!sameAddress(member.jointRest, wanted.jointRest)) return { state: "moved", member };
  return { state: "joined", member };
}

/** True for a membership that nothing ties to the wanted one: its id, name and joint address are all of another site. */
export function belongsToAnotherSite(
  wanted: DesiredMembership,
  { clusterId, name, jointRest }: ObservedMembership,
): boolean {
  const isOurs = isOwnClusterId(wanted, clusterId) || name === wanted.name || isClusterNameOf(wanted.storeId, name);
  return !isOurs && !sameAddress(jointRest, wanted.jointRest);
}

/** True when a site calls itself a member of this very master, and the master's list lacks it. */
export function isMissingFromMaster({ site, master }: Observation): boolean {
  if (site?.fed_role !== "joint" || master?.fed_role !== "master") return false;
  const self = site.joint_clusters?.[0];
  const isOfThisMaster = site.master_cluster?.id === master.master_cluster?.id;
  return self !== undefined && isOfThisMaster && !(master.joint_clusters ?? []).some(({ id }) => id === self.id);
}

/** What is left to do to end a membership. */
export type LeaveStep =
  | { readonly action: "nothing" }
  /** Leave at the site; by force where the master no longer knows the member and an unforced leave can only fail. */
  | { readonly action: "leave"; readonly force: boolean }
  /** Remove our entry at the master. */
  | { readonly action: "remove"; readonly clusterId: string };

/** The next step to end the wanted membership, as the view shows it. Another's membership is no step. */
export function nextLeaveStep(wanted: DesiredMembership, view: Observation): LeaveStep {
  const verdict = classifyMembership(wanted, view);
  switch (verdict.state) {
    case "joined":
    case "renamed":
    case "moved":
      if (belongsToAnotherSite(wanted, verdict.member)) return removalStep(ownEntries(wanted, entriesOf(view)));
      return view.site === undefined
        ? { action: "remove", clusterId: verdict.member.clusterId }
        : { action: "leave", force: false };
    case "kicked":
      return { action: "leave", force: true };
    case "left":
      return removalStep(entriesOfSite(wanted, entriesOf(view)));
    default:
      return removalStep(ownEntries(wanted, entriesOf(view)));
  }
}

function entriesOf({ master }: Observation): readonly ClusterEntry[] {
  return master?.joint_clusters ?? [];
}

function removalStep([leftover]: readonly ClusterEntry[]): LeaveStep {
  return leftover === undefined ? { action: "nothing" } : { action: "remove", clusterId: leftover.id };
}

/** True for an id that a membership of ours had: nobody joins under it again. */
export function isOwnClusterId(
  { clusterId, formerIds }: Pick<DesiredMembership, "clusterId" | "formerIds">,
  id: string,
): boolean {
  return id === clusterId || (formerIds ?? []).includes(id);
}

/** The master's entries that are provably ours: an id of ours, or our name at our address. */
function ownEntries(wanted: DesiredMembership, entries: readonly ClusterEntry[]): ClusterEntry[] {
  return entries.filter(
    ({ id, name, rest_info }) =>
      isOwnClusterId(wanted, id) || (name === wanted.name && sameAddress(rest_info, wanted.jointRest)),
  );
}

/** Our entries, and those of the same store id at the same address: memberships of this site that nobody remembers. */
function entriesOfSite(wanted: DesiredMembership, entries: readonly ClusterEntry[]): ClusterEntry[] {
  const own = new Set(ownEntries(wanted, entries));
  return entries.filter(
    (entry) =>
      own.has(entry) || (isClusterNameOf(wanted.storeId, entry.name) && sameAddress(entry.rest_info, wanted.jointRest)),
  );
}

function nameConflict(wanted: DesiredMembership, entries: readonly ClusterEntry[]): MembershipState | undefined {
  const holder = entries.find(({ name }) => name === wanted.name);
  return holder === undefined ? undefined : { state: "name_taken", by: holder.rest_info };
}

function isDesiredMaster(
  wanted: DesiredMembership,
  found: ClusterEntry,
  master: FederationResponse | undefined,
): boolean {
  const id = master?.master_cluster?.id ?? wanted.masterId;
  if (id !== undefined && id !== "") return id === found.id;
  return wanted.masterAddresses.some((address) => sameAddress(address, found.rest_info));
}

function toMember(entry: ClusterEntry, reply: FederationResponse | undefined): ObservedMembership {
  return {
    name: entry.name,
    clusterId: entry.id,
    jointRest: { server: entry.rest_info.server, port: entry.rest_info.port },
    masterId: reply?.master_cluster?.id,
  };
}
