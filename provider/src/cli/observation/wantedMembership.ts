import { clusterNameFromUid } from "../../federation/clusterName";
import type { FedJoinInputs } from "../../resources/fedJoin/inputs";
import { decodeJoinToken } from "../../federation/joinToken";
import { desiredMembership, masterAddresses, type DesiredMembership } from "../../federation/membership";
import { addressKey } from "../../neuvector/ports";

/** Stands for six characters that a join draws; no cluster name holds it. */
const undrawn = "######";

/** The name a join would take; `######` at its end where it is not drawn yet. */
export function clusterNameToTake({ name, nameSuffix, storeId, clusterUid }: FedJoinInputs): string {
  if (name !== undefined) return name;
  return nameSuffix === "uid" && clusterUid !== undefined
    ? clusterNameFromUid(storeId, clusterUid)
    : `${storeId}-${undrawn}`;
}

/** Returns the membership that the inputs declare, without any record of an existing one. */
export function wantedMembership(inputs: FedJoinInputs): DesiredMembership {
  return desiredMembership(inputs, {
    name: clusterNameToTake(inputs),
    nameIsFixed: inputs.name !== undefined,
    tokenAddress: inputs.joinToken && decodeJoinToken(inputs.joinToken),
  });
}

/** Returns how to name the master: by its REST API, otherwise by its federation address. */
export function masterLabel(inputs: FedJoinInputs): string {
  const [address] = [inputs.master.rest, ...masterAddresses(wantedMembership(inputs))].filter(
    (each) => each !== undefined,
  );
  return address === undefined ? "unknown master" : addressKey(address);
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
