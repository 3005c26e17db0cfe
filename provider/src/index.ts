export { FedJoin } from "./fedJoin";
export type {
  AddressArgs,
  ControllerArgs,
  CredentialsArgs,
  DefaultedAddressArgs,
  FedJoinArgs,
  JoinTokenUrlOptionsArgs,
  MasterArgs,
  RestAddressArgs,
  RetryArgs,
  SecretReferenceArgs,
  TlsArgs,
} from "./fedJoin";
export type { MembershipStatus } from "./resources/fedJoin/outputs";
export { NeuVectorUser } from "./neuVectorUser";
export type { NeuVectorUserArgs } from "./neuVectorUser";
export type { UserStatus } from "./resources/neuVectorUser/userSteps";
export { lifecycle, userLifecycle } from "./resources/lazyLifecycle";
