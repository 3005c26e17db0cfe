import { getFederation } from "../../neuvector/client/client";
import { NeuVectorError } from "../../errors/neuVectorError";
import type { FedJoinInputs } from "../../resources/fedJoin/inputs";
import { isMissingFromMaster, type FederationSessions } from "../../federation/observe";
import { classifyMembership, type MembershipState } from "../../federation/membershipState";
import type { LifecycleDeps } from "../../resources/shared/lifecycle";
import type { Session } from "../../neuvector/session/session";
import type { FederationResponse } from "../../neuvector/client/wire";
import { wantedMembership } from "./wantedMembership";

/** What the commands work with. */
export type CommandDeps = Pick<LifecycleDeps, "ports" | "sessions" | "secrets" | "signal">;

/** What became of asking one side. */
export type SideResult =
  | { readonly state: "not_asked" }
  | { readonly state: "answered"; readonly reply: FederationResponse }
  | { readonly state: "failed"; readonly error: NeuVectorError };

/** What both sides said, or did not. */
export interface PartialObservation {
  readonly site: SideResult;
  readonly master: SideResult;
}

/** Why a master has no list of members to give; `undefined` where it has one. */
export function masterListProblem(master: SideResult): string | undefined {
  switch (master.state) {
    case "not_asked":
      return "no credentials for it are declared";
    case "failed":
      return master.error.message;
    case "answered":
      return master.reply.fed_role === "master" ? undefined : "it is not a federation master";
  }
}

/** How long a look at one side may take. */
export const readTimeoutMs = 15_000;

/** What one side says of its federation. */
export async function querySide(session: Session | undefined, { signal }: CommandDeps): Promise<SideResult> {
  if (session === undefined) return { state: "not_asked" };
  try {
    return { state: "answered", reply: await getFederation(session, { signal, timeoutMs: readTimeoutMs }) };
  } catch (error) {
    return { state: "failed", error: expectedError(error) };
  }
}

/** What both sides say, asked in the order of `look`: the master, the site, and the master again where it lacks the site. */
export async function queryBothSides(sides: FederationSessions, parts: CommandDeps): Promise<PartialObservation> {
  const master = await querySide(sides.master, parts);
  const observation = { master, site: await querySide(sides.site, parts) };
  return isMissingFromList(observation)
    ? { ...observation, master: await querySide(sides.master, parts) }
    : observation;
}

/** True when the site joined, or was removed, since the master's list was read. */
export function isMissingFromList({ site, master }: PartialObservation): boolean {
  return isMissingFromMaster({ site: replyOf(site), master: replyOf(master) });
}

/** An error of ours; anything else is a bug and goes on. */
export function expectedError(error: unknown): NeuVectorError {
  if (error instanceof NeuVectorError && error.kind !== "cancelled") return error;
  throw error;
}

/** What the sides mean for the membership, or why nobody can tell. */
export type Classification =
  | { readonly state: "told"; readonly verdict: MembershipState }
  | { readonly state: "unknown"; readonly side: keyof PartialObservation; readonly error: NeuVectorError };

/** Pure: judges only when every side that was asked has answered, since silence is never "gone". */
export function classifyObservation(inputs: FedJoinInputs, { site, master }: PartialObservation): Classification {
  if (site.state === "failed") return { state: "unknown", side: "site", error: site.error };
  if (master.state === "failed") return { state: "unknown", side: "master", error: master.error };
  return {
    state: "told",
    verdict: classifyMembership(wantedMembership(inputs), { site: replyOf(site), master: replyOf(master) }),
  };
}

/** What a side said, if it did. */
export function replyOf(seen: SideResult): FederationResponse | undefined {
  return seen.state === "answered" ? seen.reply : undefined;
}
