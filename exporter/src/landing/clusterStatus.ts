import type { Severity } from "./severity";

/** What a status word of a controller means to a reader. */
export interface StatusMeaning {
  readonly severity: Severity;
  readonly meaning: string;
}

/** How a master calls its members (rest-api.md#status-values). */
const memberStatuses: Readonly<Record<string, StatusMeaning>> = {
  synced: { severity: "good", meaning: "Has the federation's rules." },
  joined: { severity: "settling", meaning: "Just joined; has not asked for the rules yet." },
  pending: { severity: "settling", meaning: "Just joined; the master waits for its first poll." },
  notified: { severity: "settling", meaning: "Was told of new rules and fetches them." },
  out_of_sync: { severity: "settling", meaning: "Has older rules and fetches the new ones." },
  syncing: { severity: "settling", meaning: "Applies new rules." },
  connected: { severity: "settling", meaning: "Answers again; polls soon." },
  active: { severity: "good", meaning: "Runs." },
  cluster_upgrade_ongoing: { severity: "settling", meaning: "Is being upgraded." },
  master_upgrade_required: { severity: "attention", meaning: "Is newer than the master: upgrade the master." },
  joint_upgrade_required: { severity: "attention", meaning: "Is older than the master: upgrade this member." },
  joint_version_too_new: { severity: "attention", meaning: "Is newer than the master: upgrade the master." },
  unknown_cmd: { severity: "attention", meaning: "Did not understand the master's last order." },
  req_error: { severity: "attention", meaning: "Refused the master's last order." },
  disconnected: { severity: "lost", meaning: "Does not answer the master." },
  left: { severity: "lost", meaning: "Says that it is no longer a member." },
  kicked: { severity: "lost", meaning: "Is being removed by the master." },
};

/** How a member calls itself. */
const ownStatuses: Readonly<Record<string, StatusMeaning>> = {
  ...memberStatuses,
  joined: { severity: "good", meaning: "A member." },
  kicked: { severity: "lost", meaning: "Was removed by the master: ask its admin." },
};

/** How a member calls its master. */
const masterStatuses: Readonly<Record<string, StatusMeaning>> = {
  ...memberStatuses,
  connected: { severity: "good", meaning: "Answers this cluster." },
  disconnected: { severity: "lost", meaning: "Does not answer this cluster, or does not accept it." },
};

const tables = { member: memberStatuses, itself: ownStatuses, master: masterStatuses };

/** Whether the controllers have this word at all. */
export const isKnownStatus = (word: string): boolean => Object.hasOwn(memberStatuses, word);

/** What `word` means, said of a master's member, of a member by itself, or of a member's master. */
export function statusMeaning(word: string, saidOf: keyof typeof tables): StatusMeaning {
  const table = tables[saidOf];
  const found = Object.hasOwn(table, word) ? table[word] : undefined;
  if (found !== undefined) return found;
  return {
    severity: "unknown",
    meaning: word === "" ? "No status is recorded yet." : "A word that is not known here.",
  };
}
