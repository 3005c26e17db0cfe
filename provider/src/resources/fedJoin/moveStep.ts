import type { ErrorKind } from "../../errors/neuVectorError";
import type { ObservedMembership, MembershipState } from "../../federation/membershipState";
import { formatAddress, type Address } from "../../neuvector/ports";

/** What is known before a membership goes to another master or joint address. */
export interface MoveFacts {
  /** The membership as the destination and the site show it. */
  readonly state: MembershipState;
  /** True when the destination is the master that the membership was made with. */
  readonly isSameMaster: boolean;
  /** True when the site is, as far as anybody tells, still a member of the master that it is to leave. */
  readonly isAtPrevious: boolean;
  /** The name of the site's membership where that is not the one that is to move: the addresses lead to another site. */
  readonly otherMembershipName: string | undefined;
  /** The address of another cluster that holds the name at the destination, or the destination itself. */
  readonly nameHolder: Address | undefined;
  /** The name of another living member with the joint address at the destination, where the site itself cannot be asked. */
  readonly addressHolder: string | undefined;
}

/** What comes next in a move. */
export type MoveStep =
  /** The site is a member there as wanted: nothing to leave, nothing to join. */
  | { readonly action: "store"; readonly member: ObservedMembership }
  /** Prove the destination, then leave this master: the previous one, or the destination where the site is its member in another form. */
  | { readonly action: "leave"; readonly at: "previous" | "destination" }
  /** Prove the destination, then join. */
  | { readonly action: "join" }
  | { readonly action: "refuse"; readonly kind: ErrorKind; readonly why: string; readonly hint?: string };

/** The next step of a move. Whatever would end a membership that is not ours, or could not lead to the destination, is refused. */
export function nextMoveStep(sight: MoveFacts): MoveStep {
  const { state, isSameMaster, isAtPrevious, otherMembershipName, nameHolder, addressHolder } = sight;
  if (state.state === "no_master") {
    return { action: "refuse", kind: "wrong_role", why: "the cluster at the new address is not a federation master" };
  }
  if (state.state === "master") {
    return { action: "refuse", kind: "member_elsewhere", why: "the site is a federation master itself" };
  }
  if (otherMembershipName !== undefined) {
    const why = `the site at these addresses is a member as ${otherMembershipName}, which is not the membership of this resource`;
    return { action: "refuse", kind: "membership_differs", why };
  }
  if (state.state === "joined") return { action: "store", member: state.member };
  if (nameHolder !== undefined) {
    const why = `the new master already lists this name for the cluster at ${formatAddress(nameHolder)}`;
    return { action: "refuse", kind: "name_taken", why };
  }
  if (addressHolder !== undefined) {
    const why = `the master lists this joint address for another member, ${addressHolder}`;
    const hint = `Correct jointRest; if ${addressHolder} is to give this address up, move or remove it first.`;
    return { action: "refuse", kind: "membership_differs", why, hint };
  }
  switch (state.state) {
    case "renamed":
      if (isSameMaster) return { action: "leave", at: "destination" };
      return {
        action: "refuse",
        kind: "membership_differs",
        why: `the site is a member of the new master already, as ${state.member.name}`,
      };
    case "moved":
      return { action: "leave", at: "destination" };
    case "elsewhere":
      if (isAtPrevious) return { action: "leave", at: "previous" };
      return {
        action: "refuse",
        kind: "member_elsewhere",
        why: `the site is a member of a third master, ${state.master}`,
      };
    case "name_taken":
      return {
        action: "refuse",
        kind: "name_taken",
        why: `the new master already lists this name for the cluster at ${formatAddress(state.by)}`,
      };
    case "absent":
    case "left":
    case "kicked":
      return isAtPrevious ? { action: "leave", at: "previous" } : { action: "join" };
  }
}
