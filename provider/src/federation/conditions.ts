import type { FederationResponse } from "../neuvector/client/federation";
import { fails, holds, unknown, type Finding, type Findings } from "./condition";
import type { ConditionReason } from "./conditionReasons";
import { linkFindings, ownLinkFindings, type LinkFindings } from "./linkConditions";
import type { MembershipState } from "./membershipState";

/** What the sides showed of one membership. */
export interface MembershipEvidence {
  /** What the observation means; `undefined` if a side that was asked did not answer. */
  readonly state: MembershipState["state"] | undefined;
  /** The status of its entry at the master; `null` if the master lists none, `undefined` if its list was not read. */
  readonly entryStatus: string | null | undefined;
  /** What the site reports of itself; `undefined` if there is no answer of it. */
  readonly site: SiteEvidence | undefined;
  /** Why a side did not answer. */
  readonly problem?: string | undefined;
}

export interface SiteEvidence {
  readonly isJoint: boolean;
  /** Its own status; empty unless it is joint. */
  readonly status: string;
  /** Its status of its master; empty unless it is joint. */
  readonly masterStatus: string;
}

/** Returns the evidence of a site's own answer. */
export function siteEvidence({ fed_role, joint_clusters, master_cluster }: FederationResponse): SiteEvidence {
  if (fed_role !== "joint") return { isJoint: false, status: "", masterStatus: "" };
  return { isJoint: true, status: joint_clusters?.[0]?.status ?? "", masterStatus: master_cluster?.status ?? "" };
}

/** Returns the evidence of a master's list alone, for a member with this status. */
export function listEvidence(entryStatus: string): MembershipEvidence {
  const state = entryStatus === "left" || entryStatus === "kicked" ? entryStatus : "joined";
  return { state, entryStatus, site: undefined };
}

/** Returns the evidence of a joint site alone. */
export function ownEvidence(reply: FederationResponse): MembershipEvidence {
  const site = siteEvidence(reply);
  return { state: site.status === "kicked" ? "kicked" : "joined", entryStatus: undefined, site };
}

/** Decides every condition of a membership. What nothing shows is `Unknown`. */
export function determineConditions(evidence: MembershipEvidence): Findings {
  const links = combineLinks(evidence);
  return {
    Joined: joined(evidence),
    Accepted: accepted(evidence),
    ...links,
    Stale: stale(evidence, links.Reachable),
    Kicked: kicked(evidence),
  };
}

const stateReasons = {
  joined: "Member",
  absent: "Absent",
  kicked: "Kicked",
  left: "Left",
  renamed: "Renamed",
  moved: "Moved",
  elsewhere: "Elsewhere",
  master: "Promoted",
  no_master: "NoMaster",
  name_taken: "NameTaken",
} as const satisfies Record<MembershipState["state"], ConditionReason>;

/** True unless the site is known not to be a member of this master, under whatever name and address. */
function maybeMember({ state }: MembershipEvidence): boolean {
  return state === undefined || state === "joined" || state === "renamed" || state === "moved";
}

/** The master's status decides; what it leaves open, the site's own answer does. */
function combineLinks(evidence: MembershipEvidence): LinkFindings {
  const { entryStatus, site } = evidence;
  if (!maybeMember(evidence)) return linkFindings("left");
  const own = site?.isJoint === true ? ownLinkFindings(site.status, site.masterStatus) : undefined;
  if (typeof entryStatus !== "string") {
    const open = unread(evidence);
    return own ?? { Reachable: open, Synced: open, VersionCompatible: open };
  }
  const listed = linkFindings(entryStatus);
  const decide = (type: keyof LinkFindings): Finding =>
    listed[type].status === "Unknown" && own !== undefined && own[type].status !== "Unknown" ? own[type] : listed[type];
  return {
    Reachable: decide("Reachable"),
    Synced: decide("Synced"),
    VersionCompatible: decide("VersionCompatible"),
  };
}

function joined({ state, problem }: MembershipEvidence): Finding {
  if (state === undefined) return unknown("NoAnswer", problem);
  return state === "joined" ? holds("Member") : fails(stateReasons[state]);
}

function accepted(evidence: MembershipEvidence): Finding {
  const { state, entryStatus, site } = evidence;
  if (state === "no_master") return fails("NoMaster");
  if (entryStatus === null) return fails("NotListed");
  if (entryStatus !== undefined) return entryStatus === "kicked" ? fails("Kicked") : holds("Listed");
  if (site?.status === "kicked") return fails("Kicked");
  return site?.masterStatus === "connected" && maybeMember(evidence) ? holds("Answers") : unread(evidence);
}

function stale(evidence: MembershipEvidence, reachable: Finding): Finding {
  const { state, entryStatus, site } = evidence;
  if (entryStatus === undefined) return unread(evidence);
  if (entryStatus === null) return fails("NotListed");
  if (state !== undefined && !maybeMember(evidence)) return holds(stateReasons[state]);
  if (entryStatus === "left") return holds("Left");
  if (site?.isJoint === true || reachable.status === "True") return fails("Member");
  return { ...reachable, status: "Unknown" };
}

function kicked(evidence: MembershipEvidence): Finding {
  const { state, entryStatus, site, problem } = evidence;
  if ([state, entryStatus, site?.status].includes("kicked")) return holds("Kicked");
  if (typeof entryStatus === "string") return fails("Listed");
  if (state === undefined) return unknown("NoAnswer", problem);
  if (site === undefined) return unknown("SiteNotAsked");
  if (!site.isJoint || state === "elsewhere") return fails("NotAMember");
  return site.masterStatus === "connected" ? fails("Answers") : unread(evidence);
}

/** For what only the master's list shows. */
function unread({ entryStatus, state, problem }: MembershipEvidence): Finding {
  if (entryStatus === null) return unknown("NotListed");
  return state === undefined ? unknown("NoAnswer", problem) : unknown("MasterNotAsked");
}
