import {
  entriesOfSite,
  masterAddresses,
  ownEntries,
  toMember,
  type DesiredMembership,
  type ObservedMembership,
} from "./membership";
import type { Observation } from "./observe";
import type { ClusterEntry, FederationResponse } from "../neuvector/client/federation";
import { sameAddress, type Address } from "../values/address";

/** What an observation means for the desired membership. */
export type MembershipState =
  /** A member as desired. `beside` are entries of the site that the master lists too, if both sides were read. */
  | {
      readonly state: "joined";
      readonly member: ObservedMembership;
      readonly beside?: readonly ObservedMembership[] | undefined;
    }
  /** Neither side shows a membership. */
  | { readonly state: "absent" }
  /** The site still calls itself a member; the master removed it (rest-api.md#lifecycle-and-timings). */
  | { readonly state: "kicked"; readonly member: ObservedMembership }
  /** The site is standalone and the master keeps entries of it: after a forced leave, a re-installation, or a join whose response was lost (rest-api.md#leaving). */
  | { readonly state: "left"; readonly members: readonly ObservedMembership[] }
  /** A member of the desired master under another name. */
  | { readonly state: "renamed"; readonly member: ObservedMembership }
  /** A member of the desired master with another joint address. */
  | { readonly state: "moved"; readonly member: ObservedMembership }
  /** A member of another master. `members` are entries of the site that this one still lists. */
  | { readonly state: "elsewhere"; readonly master: string; readonly members: readonly ObservedMembership[] }
  /** The site is a master itself. */
  | { readonly state: "master" }
  /** The cluster at the master's address is not a master. */
  | { readonly state: "no_master" }
  /** The desired name belongs to another cluster of this master. */
  | { readonly state: "name_taken"; readonly by: Address };

/**
 * Decides what an observation means for the desired membership. Roles and entries decide. Status words are ignored, except
 * `kicked` and `left`: all others change by themselves (rest-api.md#status-values).
 */
export function classifyMembership(desired: DesiredMembership, observation: Observation): MembershipState {
  const { site, master } = observation;
  if (master !== undefined && master.fed_role !== "master") return { state: "no_master" };
  return site === undefined ? classifyByMaster(desired, master) : classifyBySite(desired, site, master);
}

const endedStatuses = new Set(["left", "kicked"]);

function classifyByMaster(desired: DesiredMembership, master: FederationResponse | undefined): MembershipState {
  const entries = master?.joint_clusters ?? [];
  const candidates = desired.nameIsFixed ? ownEntries(desired, entries) : entriesOfSite(desired, entries);
  const entry = candidates.find(isLive) ?? liveEntryAtAddress(desired, entries) ?? candidates[0];
  if (entry === undefined) return nameConflict(desired, entries) ?? { state: "absent" };
  if (!isLive(entry)) return { state: "left", members: candidates.map((each) => toMember(each, master)) };
  return compareMember(desired, toMember(entry, master));
}

/** Returns true unless the master says that the member has left or was removed. */
export function isLive({ status }: Pick<ClusterEntry, "status">): boolean {
  return !endedStatuses.has(status);
}

/** Returns true if the master says that it is a member, and not that it stopped answering. A member that is down is not reachable. */
export function isReachable(entry: Pick<ClusterEntry, "status">): boolean {
  return isLive(entry) && entry.status !== "disconnected";
}

/** If any name is acceptable, the member at our joint address is ours: only the address tells sites apart here. */
function liveEntryAtAddress(desired: DesiredMembership, entries: readonly ClusterEntry[]): ClusterEntry | undefined {
  if (desired.nameIsFixed) return undefined;
  return entries.find((entry) => isLive(entry) && sameAddress(entry.rest_info, desired.jointRest));
}

function classifyBySite(
  desired: DesiredMembership,
  site: FederationResponse,
  master: FederationResponse | undefined,
): MembershipState {
  const entries = master?.joint_clusters ?? [];
  if (site.fed_role === "master") return { state: "master" };
  const members = entriesOfSite(desired, entries).map((entry) => toMember(entry, master));
  if (site.fed_role !== "joint") {
    return members.length > 0 ? { state: "left", members } : (nameConflict(desired, entries) ?? { state: "absent" });
  }
  const self = site.joint_clusters?.[0];
  const siteMaster = site.master_cluster;
  if (self === undefined || siteMaster === null || siteMaster === undefined) return { state: "absent" };
  if (!isDesiredMaster(desired, siteMaster, master)) return { state: "elsewhere", master: siteMaster.name, members };
  const member = toMember(self, site);
  const isListed = master === undefined ? self.status !== "kicked" : entries.some(({ id }) => id === self.id);
  if (!isListed) return { state: "kicked", member };
  const found = compareMember(desired, member);
  const beside = members.filter(({ clusterId }) => clusterId !== self.id);
  return found.state !== "joined" || beside.length === 0 ? found : { ...found, beside };
}

function compareMember(desired: DesiredMembership, member: ObservedMembership): MembershipState {
  if (desired.nameIsFixed && member.name !== desired.name) return { state: "renamed", member };
  if (!sameAddress(member.jointRest, desired.jointRest)) return { state: "moved", member };
  return { state: "joined", member };
}

function nameConflict(desired: DesiredMembership, entries: readonly ClusterEntry[]): MembershipState | undefined {
  const holder = entries.find(({ name }) => name === desired.name);
  return holder === undefined ? undefined : { state: "name_taken", by: holder.rest_info };
}

function isDesiredMaster(
  desired: DesiredMembership,
  found: ClusterEntry,
  master: FederationResponse | undefined,
): boolean {
  const id = master?.master_cluster?.id ?? desired.masterId;
  if (id !== undefined && id !== "") return id === found.id;
  return masterAddresses(desired).some((address) => sameAddress(address, found.rest_info));
}
