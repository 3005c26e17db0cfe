import type { DesiredMembership } from "../../federation/membershipState";
import type { FedJoinInputs } from "./inputs";
import type { FedJoinOutputs } from "./state";

/** The membership that a stored FedJoin owns, by what it remembers of it. */
export function ownedMembership(id: string, inputs: FedJoinInputs, outputs: FedJoinOutputs): DesiredMembership {
  const { federation, rest } = inputs.master;
  return {
    storeId: inputs.storeId,
    name: id,
    nameIsFixed: true,
    jointRest: inputs.jointRest,
    masterAddresses: [federation, rest].filter((address) => address !== undefined),
    masterId: outputs.masterId === "" ? undefined : outputs.masterId,
    clusterId: outputs.clusterId === "" ? undefined : outputs.clusterId,
    formerIds: outputs.formerIds,
  };
}
