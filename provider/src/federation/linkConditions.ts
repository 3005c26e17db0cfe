import { fails, holds, unknown, type Finding, type Findings } from "./condition";
import type { ConditionReason } from "./conditionReasons";

/** The conditions that the connection between master and member decides. */
export type LinkFindings = Pick<Findings, "Reachable" | "Synced" | "VersionCompatible">;

const link = (Reachable: Finding, Synced: Finding, VersionCompatible: Finding): LinkFindings => ({
  Reachable,
  Synced,
  VersionCompatible,
});

const notPolled = link(unknown("FirstPollPending"), fails("FirstPollPending"), unknown("FirstPollPending"));
const rejecting = link(holds("Answers"), fails("RequestRejected"), unknown("RequestRejected"));
const disconnected = link(fails("Disconnected"), unknown("Disconnected"), unknown("Disconnected"));
const notAMember = link(unknown("NotAMember"), fails("NotAMember"), unknown("NotAMember"));

/** A member that polls, and the state of its rules. */
const polling = (rules: Finding): LinkFindings => link(holds("Answers"), rules, holds("VersionsMatch"));
const mismatch = (reason: ConditionReason): LinkFindings => link(holds("Answers"), fails(reason), fails(reason));
const undecided = (reachable: Finding, reason: ConditionReason): LinkFindings =>
  link(reachable, unknown(reason), unknown(reason));

/** What each status of a member at its master shows (rest-api.md#status-values). */
const byStatus: ReadonlyMap<string, LinkFindings> = new Map([
  ["", undecided(unknown("NoStatus"), "NoStatus")],
  ["synced", polling(holds("RulesCurrent"))],
  ["out_of_sync", polling(fails("RulesOutdated"))],
  ["notified", polling(fails("RulesAnnounced"))],
  ["syncing", polling(fails("ApplyingRules"))],
  ["joined", notPolled],
  ["pending", notPolled],
  ["connected", undecided(holds("Answers"), "PollPending")],
  ["disconnected", disconnected],
  ["unknown_cmd", rejecting],
  ["req_error", rejecting],
  ["cluster_upgrade_ongoing", undecided(holds("Answers"), "Upgrading")],
  ["master_upgrade_required", mismatch("MasterTooOld")],
  ["joint_version_too_new", mismatch("MasterTooOld")],
  ["joint_upgrade_required", mismatch("MemberTooOld")],
  ["kicked", notAMember],
  ["left", notAMember],
]);

/** Returns what the status of a member at its master shows. */
export function linkFindings(status: string): LinkFindings {
  return byStatus.get(status) ?? undecided(unknown("UnknownStatus"), "UnknownStatus");
}

/** Returns what a joint site shows, which never knows whether its rules are the current ones. */
export function ownLinkFindings(status: string, masterStatus: string): LinkFindings {
  const own = linkFindings(status);
  // If the versions do not fit, a member shows its master as disconnected.
  if (own.VersionCompatible.status === "False") return { ...own, Reachable: unknown(own.VersionCompatible.reason) };
  switch (masterStatus) {
    case "connected":
      return polling(status === "syncing" ? fails("ApplyingRules") : unknown("MasterNotAsked"));
    case "disconnected":
      return disconnected;
    default:
      return linkFindings(masterStatus === "" ? "" : "other");
  }
}
