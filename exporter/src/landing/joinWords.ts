import type { Tone } from "./tone";

/** What a state of the join means, and what to do where something is to be done. */
export interface JoinWords {
  readonly tone: Tone;
  readonly meaning: string;
}

/** By state; see `joinStates`. */
export const joinWords: Readonly<Record<string, JoinWords>> = {
  off: { tone: "unknown", meaning: "This exporter only scrapes. With ENABLE_FED_JOIN=true it joins at start." },
  invalid: { tone: "attention", meaning: "Its settings are wrong, so nothing was sent. Correct them and restart." },
  joining: { tone: "settling", meaning: "A join is under way." },
  joined: { tone: "good", meaning: "The site is a member." },
  unconfirmed: { tone: "settling", meaning: "Accepted, but no side that can be read shows it yet." },
  failed: { tone: "lost", meaning: "The last join failed. Metrics are not affected." },
  lost: { tone: "lost", meaning: "The site is no longer a member." },
  kicked: { tone: "lost", meaning: "The master removed the site: ask its admin." },
  unclear: { tone: "lost", meaning: "No member any more, and a kick cannot be excluded: ask the master's admin." },
  elsewhere: { tone: "attention", meaning: "The site belongs to another federation, or is a master: left alone." },
  conflict: {
    tone: "attention",
    meaning: "Two owners want this site. Let one of them go, then restart this exporter.",
  },
};

/** The words for a state. */
export const wordsOf = (state: string): JoinWords => joinWords[state] ?? { tone: "unknown", meaning: "" };
