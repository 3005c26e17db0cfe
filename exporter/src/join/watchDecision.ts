import type { ObservedMembership } from "@fedjoin/provider/federation";
import type { ErrorKind } from "@fedjoin/provider/neuvector";
import { ownsMember, type JoinCheckpoint, type OwnershipRules } from "./joinCheckpoint";

/** Why a site is not a member, as far as anybody can tell. */
export type LossCause =
  /** The master removed it. */
  | "kicked"
  /** It left, or its controller lost what it knew. */
  | "lost"
  /** Either of them. */
  | "unclear";

/** What a look found. */
export type WatchObservation =
  /** No verdict: nothing follows from it. */
  | { readonly state: "unreadable"; readonly why: string; readonly kind: ErrorKind | undefined }
  | { readonly state: "joined"; readonly member: ObservedMembership }
  /** A member of the wanted master under another name or joint address. */
  | { readonly state: "differs"; readonly member: ObservedMembership }
  /** A member of another master, or `its own` when it is one itself. */
  | { readonly state: "elsewhere"; readonly master: string }
  /** `name` is the one that the site says it had, if it says any. */
  | { readonly state: "gone"; readonly cause: LossCause; readonly name?: string };

export interface WatchRules extends OwnershipRules {
  readonly minRejoinMs: number;
  readonly rejoinAfterKick: boolean;
  /** True after a join failed for a reason that no repetition mends: a person is needed. */
  readonly isStuck: boolean;
}

/** What follows from a look. */
export type WatchDecision =
  | { readonly action: "nothing"; readonly why: string; readonly kind: ErrorKind | undefined }
  /** The site is a member. */
  | { readonly action: "hold"; readonly member: ObservedMembership; readonly own: boolean }
  | { readonly action: "rejoin" }
  /** A join, not before then. */
  | { readonly action: "wait"; readonly state: AbsenceState; readonly name?: string; readonly untilMs: number }
  /** Only said: nobody here may or can change it. */
  | { readonly action: "report"; readonly state: AbsenceState; readonly name?: string }
  /** `master` is the other federation's. */
  | { readonly action: "leave_alone"; readonly master: string }
  /** Another owner replaced the membership. */
  | { readonly action: "stop"; readonly member: ObservedMembership };

/** `failed` where no membership was ever seen. */
export type AbsenceState = LossCause | "failed";

/** What to do about what a look found; pure. */
export function decideWatch(
  finding: WatchObservation,
  memory: JoinCheckpoint,
  rules: WatchRules,
  nowMs: number,
): WatchDecision {
  switch (finding.state) {
    case "unreadable":
      return { action: "nothing", why: finding.why, kind: finding.kind };
    case "joined":
      return { action: "hold", member: finding.member, own: ownsMember(memory, finding.member, rules) };
    case "differs":
      return { action: "stop", member: finding.member };
    case "elsewhere":
      return { action: "leave_alone", master: finding.master };
    case "gone":
      return decideAfterLoss(finding, memory, rules, nowMs);
  }
}

/**
 * The word of a master that forbids a join: certain, or not to be excluded. A site that was never seen as a member
 * stays away only for a proven kick, one that was joins only when a kick is excluded.
 */
export function rejoinBlockedBy(cause: LossCause, memory: JoinCheckpoint): "kicked" | "unclear" | undefined {
  if (memory.kicked || cause === "kicked") return "kicked";
  return cause === "unclear" && memory.membership !== undefined ? "unclear" : undefined;
}

function decideAfterLoss(
  { cause, name: said }: WatchObservation & { readonly state: "gone" },
  memory: JoinCheckpoint,
  rules: WatchRules,
  nowMs: number,
): WatchDecision {
  const against = rejoinBlockedBy(cause, memory);
  const state = against ?? (memory.membership === undefined ? "failed" : "lost");
  const name = said === undefined ? {} : { name: said };
  if (memory.membership?.own === false && rules.adopt === "report") return { action: "report", state, ...name };
  if (against !== undefined && !rules.rejoinAfterKick) return { action: "report", state, ...name };
  if (rules.isStuck) return { action: "report", state: "failed", ...name };
  const untilMs = (memory.lastTryMs ?? -Infinity) + rules.minRejoinMs;
  return nowMs < untilMs ? { action: "wait", state, ...name, untilMs } : { action: "rejoin" };
}
