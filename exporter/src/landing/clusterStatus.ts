import type { Tone } from "./tone";

/** What a status word of a controller means to a reader. */
export interface StatusMeaning {
  readonly tone: Tone;
  readonly meaning: string;
}

/** How a master calls its members (contract 3.4). */
const ofMembers: Readonly<Record<string, StatusMeaning>> = {
  synced: { tone: "good", meaning: "Has the federation's rules." },
  joined: { tone: "settling", meaning: "Just joined; has not asked for the rules yet." },
  pending: { tone: "settling", meaning: "Just joined; the master waits for its first poll." },
  notified: { tone: "settling", meaning: "Was told of new rules and fetches them." },
  out_of_sync: { tone: "settling", meaning: "Has older rules and fetches the new ones." },
  syncing: { tone: "settling", meaning: "Applies new rules." },
  connected: { tone: "settling", meaning: "Answers again; polls soon." },
  active: { tone: "good", meaning: "Runs." },
  cluster_upgrade_ongoing: { tone: "settling", meaning: "Is being upgraded." },
  master_upgrade_required: { tone: "attention", meaning: "Is newer than the master: upgrade the master." },
  joint_upgrade_required: { tone: "attention", meaning: "Is older than the master: upgrade this member." },
  joint_version_too_new: { tone: "attention", meaning: "Is newer than the master: upgrade the master." },
  unknown_cmd: { tone: "attention", meaning: "Did not understand the master's last order." },
  req_error: { tone: "attention", meaning: "Refused the master's last order." },
  disconnected: { tone: "lost", meaning: "Does not answer the master." },
  left: { tone: "lost", meaning: "Says that it is no longer a member." },
  kicked: { tone: "lost", meaning: "Is being removed by the master." },
};

/** How a member calls itself. */
const ofItself: Readonly<Record<string, StatusMeaning>> = {
  ...ofMembers,
  joined: { tone: "good", meaning: "A member." },
  kicked: { tone: "lost", meaning: "Was removed by the master: ask its admin." },
};

/** How a member calls its master. */
const ofItsMaster: Readonly<Record<string, StatusMeaning>> = {
  ...ofMembers,
  connected: { tone: "good", meaning: "Answers this cluster." },
  disconnected: { tone: "lost", meaning: "Does not answer this cluster, or does not accept it." },
};

const tables = { member: ofMembers, itself: ofItself, master: ofItsMaster };

/** Whether the controllers have this word at all. */
export const isKnownStatus = (word: string): boolean => Object.hasOwn(ofMembers, word);

/** What `word` means, said of a master's member, of a member by itself, or of a member's master. */
export function meaningOf(word: string, saidOf: keyof typeof tables): StatusMeaning {
  const table = tables[saidOf];
  const found = Object.hasOwn(table, word) ? table[word] : undefined;
  if (found !== undefined) return found;
  return { tone: "unknown", meaning: word === "" ? "No status is recorded yet." : "A word that is not known here." };
}
