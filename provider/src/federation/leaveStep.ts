import { belongsToAnotherSite, entriesOfSite, ownEntries, type DesiredMembership } from "./membership";
import { classifyMembership } from "./membershipState";
import type { Observation } from "./observe";
import type { ClusterEntry } from "../neuvector/client/federation";

/** What remains to be done to end a membership. */
export type LeaveStep =
  | { readonly action: "nothing" }
  /** Leave at the site; by force if the master no longer lists the member, because any other leave fails then. */
  | { readonly action: "leave"; readonly force: boolean }
  /** Remove our entry at the master. */
  | { readonly action: "remove"; readonly clusterId: string };

/** Returns the next step that ends the membership. The membership of another site never is one. */
export function nextLeaveStep(membership: DesiredMembership, observation: Observation): LeaveStep {
  const entries = observation.master?.joint_clusters ?? [];
  const found = classifyMembership(membership, observation);
  switch (found.state) {
    case "joined":
    case "renamed":
    case "moved":
      if (belongsToAnotherSite(membership, found.member)) return removalStep(ownEntries(membership, entries));
      return observation.site === undefined
        ? { action: "remove", clusterId: found.member.clusterId }
        : { action: "leave", force: false };
    case "kicked":
      return { action: "leave", force: true };
    case "left":
      return removalStep(entriesOfSite(membership, entries));
    default:
      return removalStep(ownEntries(membership, entries));
  }
}

function removalStep([staleEntry]: readonly ClusterEntry[]): LeaveStep {
  return staleEntry === undefined ? { action: "nothing" } : { action: "remove", clusterId: staleEntry.id };
}
