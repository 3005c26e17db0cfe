import type { JoinState } from "../join/joinStatus";
import type { Severity } from "./severity";

interface JoinMeaning {
  readonly severity: Severity;
  readonly headline: string;
  readonly meaning: string;
}

/** The meaning of each state of a join and, if needed, what to do. */
export const joinMeanings: Readonly<Record<Exclude<JoinState, "off">, JoinMeaning>> = {
  invalid: {
    severity: "warning",
    headline: "The settings of the join are invalid",
    meaning: "The settings are invalid, so nothing was sent. Correct them and restart.",
  },
  joining: { severity: "pending", headline: "A join is in progress", meaning: "A join is in progress." },
  joined: { severity: "ok", headline: "The site is a member", meaning: "The site is a member." },
  unconfirmed: {
    severity: "pending",
    headline: "The join is not confirmed yet",
    meaning: "Accepted, but not yet visible on any readable side.",
  },
  failed: {
    severity: "critical",
    headline: "The join failed",
    meaning: "The last join failed. Metrics are not affected.",
  },
  lost: { severity: "critical", headline: "The membership is lost", meaning: "The site is no longer a member." },
  kicked: {
    severity: "critical",
    headline: "The master removed this site",
    meaning: "The master removed the site: ask its admin.",
  },
  unclear: {
    severity: "critical",
    headline: "The membership is lost",
    meaning: "No longer a member, and a kick cannot be ruled out: ask the master's admin.",
  },
  elsewhere: {
    severity: "warning",
    headline: "The site is not joined",
    meaning: "The site belongs to another federation or is a master, and is left unchanged.",
  },
  conflict: {
    severity: "warning",
    headline: "Two owners manage this site",
    meaning: "Two owners manage this site. Remove one of them, then restart this exporter.",
  },
};
