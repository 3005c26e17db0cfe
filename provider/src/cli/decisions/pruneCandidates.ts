import { staleEntryCandidates, type StaleEntryCandidate } from "../../federation/staleEntries";
import type { FedJoinInputs } from "../../resources/fedJoin/inputs";
import { masterListProblem, replyOf, type PartialObservation } from "../observation/observe";
import { masterLabel } from "../observation/wantedMembership";

/** A candidate, with the inputs of the member that it may belong to. */
export interface PruneCandidate extends StaleEntryCandidate {
  readonly inputs: FedJoinInputs;
}

/** A member whose master's list could not be read. */
export interface UnreadMember {
  readonly storeId: string;
  readonly reason: string;
}

/** The entries of one declared member on its master, or why the master's list could not be read. */
export function pruneCandidates(
  inputs: FedJoinInputs,
  { master, site }: PartialObservation,
): { readonly candidates: readonly PruneCandidate[]; readonly unread: readonly UnreadMember[] } {
  const problem = masterListProblem(master);
  if (problem !== undefined) {
    const reason = `no list of the master ${masterLabel(inputs)}: ${problem}`;
    return { candidates: [], unread: [{ storeId: inputs.storeId, reason }] };
  }
  const entries = replyOf(master)?.joint_clusters ?? [];
  const candidates = staleEntryCandidates({ ...inputs, site: replyOf(site) }, entries);
  return { candidates: candidates.map((candidate) => ({ ...candidate, inputs })), unread: [] };
}
