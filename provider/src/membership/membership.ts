import { isNameOf } from "./clusterName";
import { sameAddress, type Address } from "../ports";
import type { ClusterEntry, FedMemberReply } from "../controller/wire";

/** The membership somebody wants. */
export interface Wanted {
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
export interface View {
  readonly site: FedMemberReply | undefined;
  readonly master: FedMemberReply | undefined;
}

/** A membership as found. */
export interface Member {
  readonly name: string;
  /** The controller's id, new at every rejoin. */
  readonly clusterId: string;
  readonly jointRest: Address;
  /** `undefined` where only the site was asked and has not been told yet. */
  readonly masterId: string | undefined;
}

/** What a view means for the membership that is wanted. */
export type Verdict =
  /** A member as wanted. */
  | { readonly state: "joined"; readonly member: Member }
  /** No trace of a membership. */
  | { readonly state: "absent" }
  /** The site still calls itself a member, the master removed it (contract 3.5). */
  | { readonly state: "kicked"; readonly member: Member }
  /** The site is standalone, the master keeps entries of it: left by force, re-installed, or a join whose answer was lost (contract 3.6). */
  | { readonly state: "left"; readonly members: readonly Member[] }
  /** A member of the wanted master under another name. */
  | { readonly state: "renamed"; readonly member: Member }
  /** A member of the wanted master with another joint address. */
  | { readonly state: "moved"; readonly member: Member }
  /** A member of another master. */
  | { readonly state: "elsewhere"; readonly master: string }
  /** A master itself. */
  | { readonly state: "master" }
  /** The controller that should be the master is none. */
  | { readonly state: "no_master" }
  /** The wanted name belongs to another cluster of this master. */
  | { readonly state: "name_taken"; readonly by: Address };

/** Decides what a view means. Roles and entries decide; status words are noise except `kicked` and `left` (contract 3.11). */
export function judge(wanted: Wanted, view: View): Verdict {
  if (view.master !== undefined && view.master.fed_role !== "master") return { state: "no_master" };
  return view.site === undefined ? judgeByMaster(wanted, view) : judgeBySite(wanted, view.site, view);
}

const endedAtMaster = new Set(["left", "kicked"]);

function judgeByMaster(wanted: Wanted, { master }: View): Verdict {
  const entries = master?.joint_clusters ?? [];
  const candidates = wanted.nameIsFixed ? ownEntries(wanted, entries) : entriesOfSite(wanted, entries);
  const entry = candidates.find(isLiving) ?? livingAtAddress(wanted, entries) ?? candidates[0];
  if (entry === undefined) return nameConflict(wanted, entries) ?? { state: "absent" };
  const member = memberOf(entry, master);
  if (endedAtMaster.has(entry.status)) {
    return { state: "left", members: candidates.map((each) => memberOf(each, master)) };
  }
  return compare(wanted, member);
}

function isLiving({ status }: ClusterEntry): boolean {
  return !endedAtMaster.has(status);
}

/** Where any name will do, the member at our joint address is ours: the address is all that tells sites apart here. */
function livingAtAddress(wanted: Wanted, entries: readonly ClusterEntry[]): ClusterEntry | undefined {
  if (wanted.nameIsFixed) return undefined;
  return entries.find((entry) => isLiving(entry) && sameAddress(entry.rest_info, wanted.jointRest));
}

function judgeBySite(wanted: Wanted, site: FedMemberReply, view: View): Verdict {
  const entries = view.master?.joint_clusters ?? [];
  if (site.fed_role === "master") return { state: "master" };
  if (site.fed_role !== "joint") {
    const stale = entriesOfSite(wanted, entries).map((entry) => memberOf(entry, view.master));
    if (stale.length > 0) return { state: "left", members: stale };
    return nameConflict(wanted, entries) ?? { state: "absent" };
  }
  const self = site.joint_clusters?.[0];
  const siteMaster = site.master_cluster;
  if (self === undefined || siteMaster === null || siteMaster === undefined) return { state: "absent" };
  if (!isWantedMaster(wanted, siteMaster, view.master)) return { state: "elsewhere", master: siteMaster.name };
  const member = memberOf(self, site);
  const known = view.master === undefined ? undefined : entries.some(({ id }) => id === self.id);
  if (known === false || (known === undefined && self.status === "kicked")) return { state: "kicked", member };
  return compare(wanted, member);
}

function compare(wanted: Wanted, member: Member): Verdict {
  if (wanted.nameIsFixed && member.name !== wanted.name) return { state: "renamed", member };
  if (!sameAddress(member.jointRest, wanted.jointRest)) return { state: "moved", member };
  return { state: "joined", member };
}

/** True for a membership that nothing ties to the wanted one: its id, name and joint address are all of another site. */
export function isAnothers(wanted: Wanted, { clusterId, name, jointRest }: Member): boolean {
  const isOurs = isOwnId(wanted, clusterId) || name === wanted.name || isNameOf(wanted.storeId, name);
  return !isOurs && !sameAddress(jointRest, wanted.jointRest);
}

/** True when a site calls itself a member of this very master, and the master's list lacks it. */
export function isUnlisted({ site, master }: View): boolean {
  if (site?.fed_role !== "joint" || master?.fed_role !== "master") return false;
  const self = site.joint_clusters?.[0];
  const isOfThisMaster = site.master_cluster?.id === master.master_cluster?.id;
  return self !== undefined && isOfThisMaster && !(master.joint_clusters ?? []).some(({ id }) => id === self.id);
}

/** What is left to do to end a membership. */
export type LeaveStep =
  | { readonly do: "nothing" }
  /** Leave at the site; by force where the master no longer knows the member and an unforced leave can only fail. */
  | { readonly do: "leave"; readonly force: boolean }
  /** Remove our entry at the master. */
  | { readonly do: "remove"; readonly clusterId: string };

/** The next step to end the wanted membership, as the view shows it. Another's membership is no step. */
export function nextLeaveStep(wanted: Wanted, view: View): LeaveStep {
  const verdict = judge(wanted, view);
  switch (verdict.state) {
    case "joined":
    case "renamed":
    case "moved":
      if (isAnothers(wanted, verdict.member)) return removalOf(ownEntries(wanted, entriesOf(view)));
      return view.site === undefined
        ? { do: "remove", clusterId: verdict.member.clusterId }
        : { do: "leave", force: false };
    case "kicked":
      return { do: "leave", force: true };
    case "left":
      return removalOf(entriesOfSite(wanted, entriesOf(view)));
    default:
      return removalOf(ownEntries(wanted, entriesOf(view)));
  }
}

function entriesOf({ master }: View): readonly ClusterEntry[] {
  return master?.joint_clusters ?? [];
}

function removalOf([leftover]: readonly ClusterEntry[]): LeaveStep {
  return leftover === undefined ? { do: "nothing" } : { do: "remove", clusterId: leftover.id };
}

/** True for an id that a membership of ours had: nobody joins under it again. */
export function isOwnId({ clusterId, formerIds }: Pick<Wanted, "clusterId" | "formerIds">, id: string): boolean {
  return id === clusterId || (formerIds ?? []).includes(id);
}

/** The master's entries that are provably ours: an id of ours, or our name at our address. */
function ownEntries(wanted: Wanted, entries: readonly ClusterEntry[]): ClusterEntry[] {
  return entries.filter(
    ({ id, name, rest_info }) =>
      isOwnId(wanted, id) || (name === wanted.name && sameAddress(rest_info, wanted.jointRest)),
  );
}

/** Our entries, and those of the same store id at the same address: memberships of this site that nobody remembers. */
function entriesOfSite(wanted: Wanted, entries: readonly ClusterEntry[]): ClusterEntry[] {
  const own = new Set(ownEntries(wanted, entries));
  return entries.filter(
    (entry) =>
      own.has(entry) || (isNameOf(wanted.storeId, entry.name) && sameAddress(entry.rest_info, wanted.jointRest)),
  );
}

function nameConflict(wanted: Wanted, entries: readonly ClusterEntry[]): Verdict | undefined {
  const holder = entries.find(({ name }) => name === wanted.name);
  return holder === undefined ? undefined : { state: "name_taken", by: holder.rest_info };
}

function isWantedMaster(wanted: Wanted, found: ClusterEntry, master: FedMemberReply | undefined): boolean {
  const id = master?.master_cluster?.id ?? wanted.masterId;
  if (id !== undefined && id !== "") return id === found.id;
  return wanted.masterAddresses.some((address) => sameAddress(address, found.rest_info));
}

function memberOf(entry: ClusterEntry, reply: FedMemberReply | undefined): Member {
  return {
    name: entry.name,
    clusterId: entry.id,
    jointRest: { server: entry.rest_info.server, port: entry.rest_info.port },
    masterId: reply?.master_cluster?.id,
  };
}
