import type { ClusterEntry, FederationResponse } from "../../neuvector/client/federation";
import { ownedMembership } from "../../resources/fedJoin/state";
import { isClusterNameOf } from "../../federation/clusterName";
import { classifyMembership, isLive, type MembershipState } from "../../federation/membershipState";
import { replyOf, type PartialObservation, type SideResult } from "../observation/observe";
import type { StoredExporter, StoredFedJoin } from "../../pulumi/stackState";
import { masterLabel } from "../observation/wantedMembership";
import { sameAddress } from "../../values/address";

/** A FedJoin of a stack, and what both sides reported. */
export interface ObservedFedJoin {
  readonly join: StoredFedJoin;
  readonly observation: PartialObservation;
}

/**
 * How state and controllers differ. `missing`: the site is not a member as declared. `changed`: a member, but not as in
 * the state. `declared_twice`: more than one resource owns it. `unknown`: no controller that knows has answered.
 */
export type Drift = "none" | "missing" | "changed" | "declared_twice" | "unknown";

/** A member of a stack, compared with what the controllers report. */
export interface MemberRow {
  readonly stack: string;
  readonly storeId: string;
  readonly owner: "pulumi" | "exporter";
  /** The master's label. */
  readonly master: string;
  readonly name: string | undefined;
  readonly clusterId: string | undefined;
  /** The status in the stack's state; `replacing` if a replacement has left, but not joined again yet. */
  readonly stored: string;
  /** The state that the sides that answered result in. */
  readonly truth: MembershipState["state"] | "unknown";
  /** The master's status, or `not_listed`, `silent`, `not_asked`. */
  readonly masterSays: string;
  /** The site's role, or `silent`, `not_asked`. */
  readonly siteSays: string;
  readonly drift: Drift;
  readonly reason: string | undefined;
}

/** The lists of the masters, by label. */
export interface MasterLists {
  readonly read: ReadonlyMap<string, FederationResponse>;
  /** Why the others could not be read. */
  readonly unread: ReadonlyMap<string, string>;
}

/** Compares a FedJoin with what both sides reported, or else with the list of its master. */
export function fedJoinRow({ join, observation }: ObservedFedJoin, list: FederationResponse | undefined): MemberRow {
  const { id, inputs, outputs } = join;
  const replies = { site: replyOf(observation.site), master: replyOf(observation.master) ?? list };
  const membership =
    replies.site === undefined && replies.master === undefined
      ? undefined
      : classifyMembership(ownedMembership(id, inputs, outputs), { site: replies.site, master: replies.master });
  const clusterId = membership !== undefined && "member" in membership ? membership.member.clusterId : undefined;
  const entry = replies.master?.joint_clusters?.find((each) => each.id === (clusterId ?? outputs.clusterId));
  const failed = [observation.site, observation.master].find((side) => side.state === "failed");
  return {
    stack: join.stack,
    storeId: inputs.storeId,
    owner: "pulumi",
    master: masterLabel(inputs),
    name: membership !== undefined && "member" in membership ? membership.member.name : id,
    clusterId,
    stored: join.isBeingReplaced ? "replacing" : outputs.status,
    truth: membership?.state ?? "unknown",
    masterSays: replies.master === undefined ? missingReply(observation.master) : (entry?.status ?? "not_listed"),
    siteSays: replies.site === undefined ? missingReply(observation.site) : replies.site.fed_role || "standalone",
    drift: membership === undefined ? "unknown" : driftOf(membership, join),
    reason: failed?.state === "failed" ? failed.error.message : undefined,
  };
}

function missingReply(side: SideResult): string {
  return side.state === "failed" ? "silent" : "not_asked";
}

function driftOf(membership: MembershipState, { outputs, isBeingReplaced }: StoredFedJoin): Drift {
  switch (membership.state) {
    case "joined": {
      const isStored =
        outputs.status === "joined" && !isBeingReplaced && outputs.clusterId === membership.member.clusterId;
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

/** Compares an exporter with the lists of the masters, since its account is not available. */
export function exporterRow(exporter: StoredExporter, { read, unread }: MasterLists): MemberRow {
  const [found] = [...read].flatMap(([master, { joint_clusters }]) =>
    (joint_clusters ?? []).filter((entry) => isEntryOf(entry, exporter)).map((entry) => ({ master, entry })),
  );
  const truth =
    found === undefined
      ? unread.size === 0 && read.size > 0
        ? "absent"
        : "unknown"
      : isLive(found.entry)
        ? "joined"
        : "left";
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

/** True for an entry with the name and address of a declared member. */
export function isEntryOf(
  { name, rest_info }: ClusterEntry,
  claim: Pick<StoredExporter, "storeId" | "jointRest"> & { readonly name?: string | undefined },
): boolean {
  return (name === claim.name || isClusterNameOf(claim.storeId, name)) && sameAddress(rest_info, claim.jointRest);
}
