import type { Severity } from "./severity";

/** The meaning of a status. */
export interface StatusMeaning {
  readonly severity: Severity;
  readonly meaning: string;
}

/** Statuses that a master reports for its members (rest-api.md#status-values). */
const memberStatuses: Readonly<Record<string, StatusMeaning>> = {
  synced: { severity: "ok", meaning: "Has the current federation rules." },
  joined: { severity: "pending", meaning: "Just joined; has not fetched the rules yet." },
  pending: { severity: "pending", meaning: "Just joined; the master waits for its first poll." },
  notified: { severity: "pending", meaning: "Has been notified of new rules and is fetching them." },
  out_of_sync: { severity: "pending", meaning: "Has old rules and is fetching the new ones." },
  syncing: { severity: "pending", meaning: "Is applying new rules." },
  connected: { severity: "pending", meaning: "Responds again; polls soon." },
  active: { severity: "ok", meaning: "Running." },
  cluster_upgrade_ongoing: { severity: "pending", meaning: "Is being upgraded." },
  master_upgrade_required: { severity: "warning", meaning: "Is newer than the master: upgrade the master." },
  joint_upgrade_required: { severity: "warning", meaning: "Is older than the master: upgrade this member." },
  joint_version_too_new: { severity: "warning", meaning: "Is newer than the master: upgrade the master." },
  unknown_cmd: { severity: "warning", meaning: "Did not understand the master's last request." },
  req_error: { severity: "warning", meaning: "Rejected the master's last request." },
  disconnected: { severity: "critical", meaning: "Does not respond to the master." },
  left: { severity: "critical", meaning: "Reports that it is no longer a member." },
  kicked: { severity: "critical", meaning: "Is being removed by the master." },
};

/** Statuses that a member reports for itself. */
const ownStatuses: Readonly<Record<string, StatusMeaning>> = {
  ...memberStatuses,
  joined: { severity: "ok", meaning: "A member." },
  kicked: { severity: "critical", meaning: "Was removed by the master: ask its admin." },
};

/** Statuses that a member reports for its master. */
const masterStatuses: Readonly<Record<string, StatusMeaning>> = {
  ...memberStatuses,
  connected: { severity: "ok", meaning: "Responds to this cluster." },
  disconnected: { severity: "critical", meaning: "Does not respond to this cluster or does not accept it." },
};

const tables = { member: memberStatuses, itself: ownStatuses, master: masterStatuses };

/** Whether controllers use this status. */
export const isKnownStatus = (word: string): boolean => Object.hasOwn(memberStatuses, word);

/** The meaning of a status reported for a master's member, for a member by itself, or for a member's master. */
export function statusMeaning(word: string, saidOf: keyof typeof tables): StatusMeaning {
  const table = tables[saidOf];
  const found = Object.hasOwn(table, word) ? table[word] : undefined;
  if (found !== undefined) return found;
  return {
    severity: "unknown",
    meaning: word === "" ? "No status recorded yet." : "Unknown status.",
  };
}
