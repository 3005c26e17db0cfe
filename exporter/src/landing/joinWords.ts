import type { Severity } from "./severity";

/** What a state of the join means, and what to do where something is to be done. */
export interface JoinStateMeaning {
  readonly severity: Severity;
  readonly meaning: string;
}

/** By state; see `joinStates`. */
export const joinStateMeanings: Readonly<Record<string, JoinStateMeaning>> = {
  off: { severity: "unknown", meaning: "This exporter only scrapes. With ENABLE_FED_JOIN=true it joins at start." },
  invalid: { severity: "attention", meaning: "Its settings are wrong, so nothing was sent. Correct them and restart." },
  joining: { severity: "settling", meaning: "A join is under way." },
  joined: { severity: "good", meaning: "The site is a member." },
  unconfirmed: { severity: "settling", meaning: "Accepted, but no side that can be read shows it yet." },
  failed: { severity: "lost", meaning: "The last join failed. Metrics are not affected." },
  lost: { severity: "lost", meaning: "The site is no longer a member." },
  kicked: { severity: "lost", meaning: "The master removed the site: ask its admin." },
  unclear: { severity: "lost", meaning: "No member any more, and a kick cannot be excluded: ask the master's admin." },
  elsewhere: { severity: "attention", meaning: "The site belongs to another federation, or is a master: left alone." },
  conflict: {
    severity: "attention",
    meaning: "Two owners want this site. Let one of them go, then restart this exporter.",
  },
};

/** The words for a state. */
export const joinStateMeaning = (state: string): JoinStateMeaning =>
  joinStateMeanings[state] ?? { severity: "unknown", meaning: "" };
