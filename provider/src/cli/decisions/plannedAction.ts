import { unreadableReason } from "../settingPaths";
import type { ErrorKind } from "../../errors/neuVectorError";
import type { FedJoinInputs } from "../../resources/fedJoin/inputs";
import type { ObservedMembership } from "../../federation/membership";
import type { MembershipState } from "../../federation/membershipState";
import { classifyObservation, type PartialObservation } from "../observation/observe";
import { clusterNameToTake } from "../observation/wantedMembership";
import { formatAddress } from "../../values/address";

/** What a deployment without a stored membership would do with a member. */
export type PlannedAction =
  | { readonly action: "nothing" | "adopt" | "join"; readonly name: string }
  /** Kicked: force a leave, wait for the site's clean-up, join again. */
  | { readonly action: "rejoin"; readonly name: string; readonly from: string }
  /** Remove stale entries of this site, then join. */
  | { readonly action: "clean_up_and_join"; readonly name: string; readonly entries: readonly string[] }
  | { readonly action: "wait"; readonly reason: string }
  | { readonly action: "fail"; readonly kind: ErrorKind; readonly reason: string }
  | { readonly action: "unknown"; readonly reason: string };

/** Decides what a deployment would do, by what both sides report. */
export function planMember(inputs: FedJoinInputs, observation: PartialObservation): PlannedAction {
  const classification = classifyObservation(inputs, observation);
  if (classification.state === "known")
    return planForVerdict(inputs, classification.membership, observation.master.state === "answered");
  const { side, error } = classification;
  return error.kind === "cleanup_ongoing" || error.kind === "busy"
    ? { action: "wait", reason: `the ${side} is busy (${error.kind})` }
    : { action: "unknown", reason: unreadableReason(side, error.message) };
}

function planForVerdict(inputs: FedJoinInputs, verdict: MembershipState, masterRead: boolean): PlannedAction {
  const name = clusterNameToTake(inputs);
  const adoptOnly = inputs.ifAbsent === "fail";
  const fail = (kind: ErrorKind, reason: string): PlannedAction => ({ action: "fail", kind, reason });
  switch (verdict.state) {
    case "joined":
      return { action: verdict.member.name === name && !adoptOnly ? "nothing" : "adopt", name: verdict.member.name };
    case "absent":
      return adoptOnly ? fail("not_a_member", notAMember) : { action: "join", name };
    case "left":
      if (adoptOnly) return fail("not_a_member", notAMember);
      return { action: "clean_up_and_join", name, entries: verdict.members.map((member) => member.name) };
    case "kicked":
      return adoptOnly
        ? fail("kicked", `the master removed ${verdict.member.name}, and ifAbsent "fail" does not rejoin`)
        : { action: "rejoin", name, from: verdict.member.name };
    case "renamed":
    case "moved":
      return fail("membership_differs", `is a member as ${describe(verdict.member)}, declared is ${declared(inputs)}`);
    case "name_taken":
      return inputs.name === undefined && inputs.nameSuffix === "random"
        ? { action: "join", name }
        : fail("name_taken", `the name ${name} is held by the member at ${formatAddress(verdict.by)}`);
    case "elsewhere":
      return masterRead || !hasUnreadToken(inputs)
        ? fail("member_elsewhere", `is a member of another master, ${verdict.master}`)
        : {
            action: "unknown",
            reason: `is a member of ${verdict.master}; only the join token tells the wanted master`,
          };
    case "master":
      return fail("member_elsewhere", "the site is a federation master itself");
    case "no_master":
      return fail("wrong_role", "the cluster named as master is not a federation master");
  }
}

const notAMember = 'the site is not a member, and ifAbsent "fail" wants an existing membership';

/** True if the join token, which contains the master's address, is not read for a plan. */
function hasUnreadToken({ joinTokenUrl, joinTokenUrlFrom, joinTokenFrom }: FedJoinInputs): boolean {
  return [joinTokenUrl, joinTokenUrlFrom, joinTokenFrom].some((source) => source !== undefined);
}

function describe({ name, jointRest }: ObservedMembership): string {
  return `${name} at ${formatAddress(jointRest)}`;
}

function declared({ name, jointRest }: FedJoinInputs): string {
  return `${name === undefined ? "" : `${name} at `}${formatAddress(jointRest)}`;
}

/** Describes a planned action. */
export function describePlan(planned: PlannedAction): string {
  switch (planned.action) {
    case "nothing":
      return `is a member as ${planned.name}: nothing to do`;
    case "adopt":
      return `is a member as ${planned.name}: to adopt, unless the state has it`;
    case "join":
      return `will join as ${planned.name}`;
    case "rejoin":
      return `was kicked as ${planned.from}: will leave by force, wait for the clean-up, rejoin as ${planned.name}`;
    case "clean_up_and_join": {
      const { entries, name } = planned;
      return `will remove ${entries.length} stale ${entries.length === 1 ? "entry" : "entries"} (${entries.join(", ")}), then join as ${name}`;
    }
    case "wait":
      return `will wait: ${planned.reason}`;
    case "fail":
      return `will fail: ${planned.reason} [${planned.kind}]`;
    case "unknown":
      return `cannot tell: ${planned.reason}`;
  }
}

/** True if a deployment would not lead to the membership, or its outcome is unknown. */
export function isPlanProblem({ action }: PlannedAction): boolean {
  return action === "fail" || action === "unknown";
}
