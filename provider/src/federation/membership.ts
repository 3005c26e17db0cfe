import { isClusterNameOf } from "./clusterName";
import type { ClusterEntry, FederationResponse } from "../neuvector/client/federation";
import { sameAddress, type Address } from "../values/address";

/** A membership as a person declares it. FedJoin's inputs, the exporter's settings and a stack's member all have these fields. */
export interface DeclaredMembership {
  readonly storeId: string;
  /** The cluster name; generated if it is not declared. */
  readonly name?: string | undefined;
  /** Where the master reaches the site. */
  readonly jointRest: Address;
  readonly master: {
    readonly rest?: Address | undefined;
    readonly federation?: Address | undefined;
  };
}

/** What a declaration does not say: which membership of the site is meant. */
export interface MembershipIdentity {
  /** The cluster name: declared, generated once, or recorded. */
  readonly name: string;
  /** True if a membership under another name is not acceptable. */
  readonly nameIsFixed: boolean;
  /** The controller's id of the membership that we own. */
  readonly clusterId?: string | undefined;
  /** Ids of memberships that we owned before. */
  readonly formerIds?: readonly string[] | undefined;
  /** The federation id of the master that the membership was made with. */
  readonly masterId?: string | undefined;
  /** The master's address in the join token, if the token is known. */
  readonly tokenAddress?: Address | undefined;
}

/** The membership that every decision, join and leave is about. */
export interface DesiredMembership extends DeclaredMembership, MembershipIdentity {
  readonly name: string;
}

/** A membership as a controller shows it. */
export interface ObservedMembership {
  readonly name: string;
  /** The controller's id, new at every rejoin. */
  readonly clusterId: string;
  readonly jointRest: Address;
  /** `undefined` if only the site was asked and its master has not told it yet. */
  readonly masterId: string | undefined;
}

/** Combines a declaration and an identity. */
export function desiredMembership(declared: DeclaredMembership, identity: MembershipIdentity): DesiredMembership {
  const { storeId, jointRest, master } = declared;
  return { storeId, jointRest, master: { rest: master.rest, federation: master.federation }, ...identity };
}

/** Returns every address that the master is known by, the federation address first. */
export function masterAddresses({
  master,
  tokenAddress,
}: Pick<DesiredMembership, "master" | "tokenAddress">): Address[] {
  return [master.federation, tokenAddress, master.rest].filter((address) => address !== undefined);
}

/** Returns true if a membership of ours has, or had, this id. No later membership gets it again. */
export function isOwnClusterId({ clusterId, formerIds }: MembershipIdentity, id: string): boolean {
  return id === clusterId || (formerIds ?? []).includes(id);
}

/** Returns true if id, name and joint address all belong to another site. */
export function belongsToAnotherSite(
  desired: DesiredMembership,
  { clusterId, name, jointRest }: ObservedMembership,
): boolean {
  const isOurs = isOwnClusterId(desired, clusterId) || name === desired.name || isClusterNameOf(desired.storeId, name);
  return !isOurs && !sameAddress(jointRest, desired.jointRest);
}

/** Returns the master's entries that are provably ours: an id of ours, or our name at our address. */
export function ownEntries(desired: DesiredMembership, entries: readonly ClusterEntry[]): ClusterEntry[] {
  return entries.filter(
    ({ id, name, rest_info }) =>
      isOwnClusterId(desired, id) || (name === desired.name && sameAddress(rest_info, desired.jointRest)),
  );
}

/** Returns our entries, and those of the same store id at the same address: unrecorded memberships of this site. */
export function entriesOfSite(desired: DesiredMembership, entries: readonly ClusterEntry[]): ClusterEntry[] {
  const own = new Set(ownEntries(desired, entries));
  return entries.filter(
    (entry) =>
      own.has(entry) ||
      (isClusterNameOf(desired.storeId, entry.name) && sameAddress(entry.rest_info, desired.jointRest)),
  );
}

/** Converts an entry of a controller's response. */
export function toMember(entry: ClusterEntry, response: FederationResponse | undefined): ObservedMembership {
  return {
    name: entry.name,
    clusterId: entry.id,
    jointRest: { server: entry.rest_info.server, port: entry.rest_info.port },
    masterId: response?.master_cluster?.id,
  };
}

/** The endpoint that gets the join: the master, or the joining cluster's own controller (rest-api.md#who-calls-whom). */
export type JoinVia = "master" | "controller";
