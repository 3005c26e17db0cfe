import { clusterNameFromUid } from "../../federation/clusterName";
import type { FedJoinInputs } from "../../resources/fedJoin/inputs";
import { decodeJoinToken } from "../../federation/joinToken";
import { desiredMembership, masterAddresses, type DesiredMembership } from "../../federation/membership";
import { addressKey } from "../../values/address";

/** Stands for the six random characters of a new name; no cluster name contains it. */
const randomPart = "######";

/** The name that a join would take; it ends in `######` if it is still to be generated. */
export function clusterNameToTake({ name, nameSuffix, storeId, clusterUid }: FedJoinInputs): string {
  if (name !== undefined) return name;
  return nameSuffix === "uid" && clusterUid !== undefined
    ? clusterNameFromUid(storeId, clusterUid)
    : `${storeId}-${randomPart}`;
}

/** The membership that the inputs declare, for a deployment without a stored one. */
export function wantedMembership(inputs: FedJoinInputs): DesiredMembership {
  return desiredMembership(inputs, {
    name: clusterNameToTake(inputs),
    nameIsFixed: inputs.name !== undefined,
    tokenAddress: inputs.joinToken && decodeJoinToken(inputs.joinToken),
  });
}

/** A master for display: its REST address, or else its federation address. */
export function masterLabel(inputs: FedJoinInputs): string {
  const [address] = [inputs.master.rest, ...masterAddresses(wantedMembership(inputs))].filter(
    (each) => each !== undefined,
  );
  return address === undefined ? "unknown master" : addressKey(address);
}

/** Groups entries by master, in the order in which the masters first appear. */
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
