import { getFederation } from "../../neuvector/client/federation";
import { NeuVectorError } from "../../errors/neuVectorError";
import type { FedJoinInputs } from "../../resources/fedJoin/inputs";
import { isMissingFromMaster, type FederationSessions } from "../../federation/observe";
import { classifyMembership, type MembershipState } from "../../federation/membershipState";
import type { LifecycleDeps } from "../../resources/shared/lifecycle";
import type { Session } from "../../neuvector/session/session";
import type { FederationResponse } from "../../neuvector/client/federation";
import { wantedMembership } from "./wantedMembership";

/** What the commands use to reach controllers. */
export type CommandDeps = Pick<LifecycleDeps, "ports" | "sessions" | "secrets" | "signal">;

/** The result of querying one side. */
export type SideResult =
  | { readonly state: "not_asked" }
  | { readonly state: "answered"; readonly reply: FederationResponse }
  | { readonly state: "failed"; readonly error: NeuVectorError };

/** The results of querying both sides; either can be missing. */
export interface PartialObservation {
  readonly site: SideResult;
  readonly master: SideResult;
}

/** Why there is no list of a master's members; `undefined` if there is one. */
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

/** Time limit for reading one side. */
export const readTimeoutMs = 15_000;

/** Reads the federation of one side. */
export async function querySide(session: Session | undefined, { signal }: CommandDeps): Promise<SideResult> {
  if (session === undefined) return { state: "not_asked" };
  try {
    return { state: "answered", reply: await getFederation(session, { signal, timeoutMs: readTimeoutMs }) };
  } catch (error) {
    return { state: "failed", error: expectedError(error) };
  }
}

/** Reads both sides in the order of `observe`: the master, the site, and the master again if its list lacks the site. */
export async function queryBothSides(sessions: FederationSessions, deps: CommandDeps): Promise<PartialObservation> {
  const master = await querySide(sessions.master, deps);
  const observation = { master, site: await querySide(sessions.site, deps) };
  return isMissingFromList(observation)
    ? { ...observation, master: await querySide(sessions.master, deps) }
    : observation;
}

/** True if the site joined, or was removed, after the master's list was read. */
export function isMissingFromList({ site, master }: PartialObservation): boolean {
  return isMissingFromMaster({ site: replyOf(site), master: replyOf(master) });
}

/** Returns an error that a report can contain, and throws any other: cancellations and bugs. */
export function expectedError(error: unknown): NeuVectorError {
  if (error instanceof NeuVectorError && error.kind !== "cancelled") return error;
  throw error;
}

/** The membership state that the sides result in, or the side that left it unknown. */
export type Classification =
  | { readonly state: "known"; readonly membership: MembershipState }
  | { readonly state: "unknown"; readonly side: keyof PartialObservation; readonly error: NeuVectorError };

/** Classifies only if every queried side has answered, since silence does not mean that a membership has ended. */
export function classifyObservation(inputs: FedJoinInputs, { site, master }: PartialObservation): Classification {
  if (site.state === "failed") return { state: "unknown", side: "site", error: site.error };
  if (master.state === "failed") return { state: "unknown", side: "master", error: master.error };
  return {
    state: "known",
    membership: classifyMembership(wantedMembership(inputs), { site: replyOf(site), master: replyOf(master) }),
  };
}

/** The reply of a side, if there is one. */
export function replyOf(side: SideResult): FederationResponse | undefined {
  return side.state === "answered" ? side.reply : undefined;
}
