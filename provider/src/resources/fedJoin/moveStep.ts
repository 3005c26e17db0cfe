import type { FedJoinInputs } from "./inputs";
import type { FedJoinOutputs } from "./state";
import type { ObservedMembership } from "../../federation/membership";
import type { MembershipState } from "../../federation/membershipState";
import type { ErrorKind } from "../../errors/neuVectorError";
import type { ResourceProps } from "../shared/props";
import { formatAddress, type Address } from "../../values/address";

/** A membership that moves to another master or joint address and keeps its name. */
export interface Move {
  readonly id: string;
  readonly stored: ResourceProps;
  readonly old: FedJoinInputs;
  readonly outputs: FedJoinOutputs;
  readonly news: ResourceProps;
  readonly inputs: FedJoinInputs;
}

/** What is known before a membership moves to another master or joint address. */
export interface MoveFacts {
  /** The membership as the destination and the site show it. */
  readonly found: MembershipState;
  /** True if the destination is the master that the membership was made with. */
  readonly isSameMaster: boolean;
  /** True if the site is, or may be, still a member of the master that it is to leave. */
  readonly isAtPrevious: boolean;
  /** The name of the site's membership if it is not the one to move: the addresses lead to another site. */
  readonly otherMembershipName: string | undefined;
  /** The address of another cluster that has the name at the destination, or of the destination itself. */
  readonly nameHolder: Address | undefined;
  /** The name of another live member with the joint address at the destination, if the site itself cannot be asked. */
  readonly addressHolder: string | undefined;
}

/** What comes next in a move. */
export type MoveStep =
  /** The site is a member there as desired. */
  | { readonly action: "store"; readonly member: ObservedMembership }
  /** Verify the destination, then leave this master: the previous one, or the destination if the site is already its member in another form. */
  | { readonly action: "leave"; readonly at: "previous" | "destination" }
  /** Verify the destination, then join. */
  | { readonly action: "join" }
  | { readonly action: "refuse"; readonly kind: ErrorKind; readonly reason: string; readonly hint?: string };

/** Returns the next step of a move. A step that would end another membership, or that cannot reach the destination, is refused. */
export function nextMoveStep(facts: MoveFacts): MoveStep {
  const { found, isSameMaster, isAtPrevious, otherMembershipName, nameHolder, addressHolder } = facts;
  if (found.state === "no_master") {
    return refuse("wrong_role", "the cluster at the new address is not a federation master");
  }
  if (found.state === "master") return refuse("member_elsewhere", "the site is a federation master itself");
  if (otherMembershipName !== undefined) {
    return refuse(
      "membership_differs",
      `the site at these addresses is a member as ${otherMembershipName}, which is not the membership of this resource`,
    );
  }
  if (found.state === "joined") return { action: "store", member: found.member };
  if (nameHolder !== undefined) return refuseName(nameHolder);
  if (addressHolder !== undefined) {
    return refuse(
      "membership_differs",
      `the master lists this joint address for another member, ${addressHolder}`,
      `Correct jointRest; if ${addressHolder} is to give this address up, move or remove it first.`,
    );
  }
  switch (found.state) {
    case "renamed":
      if (isSameMaster) return { action: "leave", at: "destination" };
      return refuse("membership_differs", `the site is a member of the new master already, as ${found.member.name}`);
    case "moved":
      return { action: "leave", at: "destination" };
    case "elsewhere":
      if (isAtPrevious) return { action: "leave", at: "previous" };
      return refuse("member_elsewhere", `the site is a member of a third master, ${found.master}`);
    case "name_taken":
      return refuseName(found.by);
    case "absent":
    case "left":
    case "kicked":
      return isAtPrevious ? { action: "leave", at: "previous" } : { action: "join" };
  }
}

function refuse(kind: ErrorKind, reason: string, hint?: string): MoveStep {
  return { action: "refuse", kind, reason, ...(hint !== undefined && { hint }) };
}

function refuseName(holder: Address): MoveStep {
  return refuse("name_taken", `the new master already lists this name for the cluster at ${formatAddress(holder)}`);
}
