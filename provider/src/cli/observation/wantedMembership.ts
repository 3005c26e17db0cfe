import { clusterNameFromUid } from "../../federation/clusterName";
import type { FedJoinInputs } from "../../resources/fedJoin/inputs";
import { decodeJoinToken } from "../../federation/joinToken";
import type { DesiredMembership } from "../../federation/membershipState";
import { addressKey, type Address } from "../../neuvector/ports";

/** Stands for six characters that a join draws; no cluster name holds it. */
const undrawn = "######";

/** The name a join would take; `######` at its end where it is not drawn yet. */
export function clusterNameToTake({ name, nameSuffix, storeId, clusterUid }: FedJoinInputs): string {
  if (name !== undefined) return name;
  return nameSuffix === "uid" && clusterUid !== undefined
    ? clusterNameFromUid(storeId, clusterUid)
    : `${storeId}-${undrawn}`;
}

/** The membership that the inputs want, by somebody who remembers none. */
export function wantedMembership(inputs: FedJoinInputs): DesiredMembership {
  return {
    storeId: inputs.storeId,
    name: clusterNameToTake(inputs),
    nameIsFixed: inputs.name !== undefined,
    jointRest: inputs.jointRest,
    masterAddresses: masterAddresses(inputs),
  };
}

/** The master as people call it: its REST API, else its federation address. */
export function masterLabel(inputs: FedJoinInputs): string {
  const [address] = [inputs.master.rest, ...masterAddresses(inputs)].filter((each) => each !== undefined);
  return address === undefined ? "unknown master" : addressKey(address);
}

function masterAddresses({ master, joinToken }: FedJoinInputs): Address[] {
  const inToken = joinToken && decodeJoinToken(joinToken);
  return [master.federation, inToken, master.rest].filter((address) => address !== undefined);
}

/** `entries` by the master that they belong to, in the order of their first appearance. */
export function groupByMaster<T>(
  entries: readonly T[],
  inputsOf: (entry: T) => FedJoinInputs,
): { readonly master: string; readonly entries: readonly T[] }[] {
  const groups = new Map<string, T[]>();
  for (const entry of entries) {
    const label = masterLabel(inputsOf(entry));
    groups.set(label, [...(groups.get(label) ?? []), entry]);
  }
  return [...groups].map(([master, own]) => ({ master, entries: own }));
}
