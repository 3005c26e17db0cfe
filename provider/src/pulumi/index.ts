// What the output of the pulumi CLI says about FedJoin resources.
export { findLeaves } from "./previewLeaves";
export type { MembershipChange } from "./previewLeaves";
