import type { ObservedMembership } from "../../federation/membership";
import type { MembershipState } from "../../federation/membershipState";
import type { FedJoinInputs } from "../../resources/fedJoin/inputs";
import { classifyObservation, type PartialObservation } from "../observation/observe";
import { unreadableReason } from "../settingPaths";
import { formatAddress } from "../../values/address";

/** Whether the membership of a declared site is the declared one. */
export type Adoption =
  | { readonly fits: true; readonly member: ObservedMembership }
  | { readonly fits: false; readonly state: MembershipState["state"] | "unknown"; readonly reason: string };

/** Decides whether a create would adopt the membership as it is, by what both sides report. */
export function classifyAdoption(inputs: FedJoinInputs, observation: PartialObservation): Adoption {
  const classification = classifyObservation(inputs, observation);
  if (classification.state === "unknown") {
    const { side, error } = classification;
    return { fits: false, state: "unknown", reason: unreadableReason(side, error.message) };
  }
  const { membership } = classification;
  return membership.state === "joined"
    ? { fits: true, member: membership.member }
    : { fits: false, state: membership.state, reason: describeMisfit(membership) };
}

function describeMisfit(found: Exclude<MembershipState, { state: "joined" }>): string {
  switch (found.state) {
    case "absent":
      return "is not a member";
    case "kicked":
      return `the master removed ${found.member.name}`;
    case "left":
      return `has left, and the master still lists ${found.members.map(({ name }) => name).join(", ")}`;
    case "renamed":
      return `is a member under another name, ${found.member.name}`;
    case "moved":
      return `is a member with another joint address, ${formatAddress(found.member.jointRest)}`;
    case "elsewhere":
      return `is a member of another master, ${found.master}`;
    case "master":
      return "is a federation master itself";
    case "no_master":
      return "the cluster named as master is not a federation master";
    case "name_taken":
      return `is not a member, and its name belongs to the member at ${formatAddress(found.by)}`;
  }
}
