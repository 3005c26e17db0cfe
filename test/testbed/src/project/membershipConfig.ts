import type { SimulatedFederation } from "@fedjoin/simulator";
import { quickRetry } from "./fedJoinInputs";
import { storeIds, type StackConfig } from "./stackConfig";

export interface MembershipOptions {
  /** Keys that all members get. */
  readonly defaults?: object;
  /** Keys of single members by their store id; `undefined` leaves the member out. Default: every site, without any. */
  readonly members?: Readonly<Record<string, object | undefined>>;
  /** Where both sides' password is; by default the configuration has it. */
  readonly passwordFrom?: object;
}

/**
 * The configuration of a stack of memberships alone, which needs no cluster. The sites of the federation have the store
 * ids `storeIds`, in their order, and one password for all: start it with `password`.
 */
export function membershipConfig(
  { master, sites }: SimulatedFederation,
  { defaults = {}, members = {}, passwordFrom }: MembershipOptions = {},
): StackConfig {
  const { username, password } = master.admin;
  const credentials = { username, ...(passwordFrom && { passwordFrom }) };
  const wanted = sites.flatMap(({ rest, fingerprint256: fingerprint }, index) => {
    const storeId = storeIds[index] ?? `store-${index}`;
    const isLeftOut = storeId in members && members[storeId] === undefined;
    const controller = { ...rest, tls: { fingerprint } };
    return isLeftOut ? [] : [{ storeId, controller, jointRest: rest, ...members[storeId] }];
  });
  const config = {
    "fedjoin:master": {
      rest: master.rest,
      credentials,
      tls: { fingerprint: master.fingerprint256 },
    },
    "fedjoin:defaults": {
      controller: { credentials },
      exporter: { enabled: false },
      retry: quickRetry,
      timeoutSeconds: 60,
      ...defaults,
    },
    "fedjoin:members": wanted,
  };
  const paths = passwordFrom === undefined ? ["fedjoin:master", "fedjoin:defaults.controller"] : [];
  return { plain: { config }, secrets: new Map(paths.map((path) => [`${path}.credentials.password`, password])) };
}
