// A cluster's membership in a federation: its state, and how it joins.
export { generateClusterName, isClusterNameOf } from "./clusterName";
export { joinFederation } from "./join";
export type { JoinEvent, JoinOutcome } from "./joinRequest";
export { decodeJoinToken } from "./joinToken";
export type { JoinVia } from "./joinVia";
export { classifyMembership } from "./membershipState";
export type { MembershipState, ObservedMembership } from "./membershipState";
export type { FederationSessions } from "./observe";
export type { TokenSource } from "./tokenSource";
