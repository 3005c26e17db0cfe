// A cluster's membership in a federation: its state, and how it joins.
export { generateClusterName, isClusterNameOf } from "./clusterName";
export { conditionStatuses, conditionTypes, mapConditions, wellStatus } from "./condition";
export { determineConditions, listEvidence, ownEvidence } from "./conditions";
export { dateConditions } from "./conditionTimes";
export type { ConditionMemory, Conditions } from "./conditionTimes";
export { joinFederation } from "./join";
export type { JoinEvent, JoinOutcome, JoinSessions } from "./joinRequest";
export type { JoinVia } from "./membership";
export { decodeJoinToken } from "./joinToken";
export { desiredMembership } from "./membership";
export type { DeclaredMembership, ObservedMembership } from "./membership";
export { classifyMembership } from "./membershipState";
export type { MembershipState } from "./membershipState";
export { applyJitter, backoffSeconds } from "./retry";
export type { TokenSource } from "./tokenSource";
