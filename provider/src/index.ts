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
export { NeuVectorUser } from "./neuVectorUser";
export type { NeuVectorUserArgs } from "./neuVectorUser";
export { lifecycle, userLifecycle } from "./resources/lazyLifecycle";
