import type { ErrorKind } from "../errors";
import type { Member, Verdict } from "../membership/membership";
import { formatAddress, type Address } from "../ports";

/** What is known before a membership goes to another master or joint address. */
export interface MoveSight {
  /** The membership as the destination and the site show it. */
  readonly verdict: Verdict;
  /** True when the destination is the master that the membership was made with. */
  readonly isSameMaster: boolean;
  /** True when the site is, as far as anybody tells, still a member of the master that it is to leave. */
  readonly isAtPrevious: boolean;
  /** The name of the site's membership where that is not the one that is to move: the addresses lead to another site. */
  readonly anothersName: string | undefined;
  /** The address of another cluster that holds the name at the destination, or the destination itself. */
  readonly nameHolder: Address | undefined;
  /** The name of another living member with the joint address at the destination, where the site itself cannot be asked. */
  readonly addressHolder: string | undefined;
}

/** What comes next in a move. */
export type MoveStep =
  /** The site is a member there as wanted: nothing to leave, nothing to join. */
  | { readonly do: "store"; readonly member: Member }
  /** Prove the destination, then leave this master: the previous one, or the destination where the site is its member in another form. */
  | { readonly do: "leave"; readonly at: "previous" | "destination" }
  /** Prove the destination, then join. */
  | { readonly do: "join" }
  | { readonly do: "refuse"; readonly kind: ErrorKind; readonly why: string; readonly hint?: string };

/** The next step of a move. Whatever would end a membership that is not ours, or could not lead to the destination, is refused. */
export function nextMoveStep(sight: MoveSight): MoveStep {
  const { verdict, isSameMaster, isAtPrevious, anothersName, nameHolder, addressHolder } = sight;
  if (verdict.state === "no_master") {
    return { do: "refuse", kind: "wrong_role", why: "the cluster at the new address is not a federation master" };
  }
  if (verdict.state === "master") {
    return { do: "refuse", kind: "member_elsewhere", why: "the site is a federation master itself" };
  }
  if (anothersName !== undefined) {
    const why = `the site at these addresses is a member as ${anothersName}, which is not the membership of this resource`;
    return { do: "refuse", kind: "membership_differs", why };
  }
  if (verdict.state === "joined") return { do: "store", member: verdict.member };
  if (nameHolder !== undefined) {
    const why = `the new master already lists this name for the cluster at ${formatAddress(nameHolder)}`;
    return { do: "refuse", kind: "name_taken", why };
  }
  if (addressHolder !== undefined) {
    const why = `the master lists this joint address for another member, ${addressHolder}`;
    const hint = `Correct jointRest; if ${addressHolder} is to give this address up, move or remove it first.`;
    return { do: "refuse", kind: "membership_differs", why, hint };
  }
  switch (verdict.state) {
    case "renamed":
      if (isSameMaster) return { do: "leave", at: "destination" };
      return {
        do: "refuse",
        kind: "membership_differs",
        why: `the site is a member of the new master already, as ${verdict.member.name}`,
      };
    case "moved":
      return { do: "leave", at: "destination" };
    case "elsewhere":
      if (isAtPrevious) return { do: "leave", at: "previous" };
      return {
        do: "refuse",
        kind: "member_elsewhere",
        why: `the site is a member of a third master, ${verdict.master}`,
      };
    case "name_taken":
      return {
        do: "refuse",
        kind: "name_taken",
        why: `the new master already lists this name for the cluster at ${formatAddress(verdict.by)}`,
      };
    case "absent":
    case "left":
    case "kicked":
      return isAtPrevious ? { do: "leave", at: "previous" } : { do: "join" };
  }
}
