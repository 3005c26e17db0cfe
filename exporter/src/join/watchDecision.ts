import type { ObservedMembership } from "@fedjoin/provider/internal/federation";
import type { ErrorKind } from "@fedjoin/provider/internal/neuvector";
import { ownsMember, type JoinCheckpoint, type OwnershipRules } from "./joinCheckpoint";
import { rejoinBlockedBy, type LossCause } from "./lossCause";

/** What an observation of the site shows. */
export type WatchObservation =
  /** The state cannot be determined: nothing follows from it. */
  | { readonly state: "unreadable"; readonly reason: string; readonly kind: ErrorKind | undefined }
  | { readonly state: "joined"; readonly member: ObservedMembership }
  /** A member of the desired master under another name or joint address. */
  | { readonly state: "differs"; readonly member: ObservedMembership }
  /** A member of another master, or `its own` if the site is a master itself. */
  | { readonly state: "elsewhere"; readonly master: string }
  /** `name` is the one that the site reports for itself, if it reports any. */
  | { readonly state: "gone"; readonly cause: LossCause; readonly name?: string };

export interface WatchRules extends OwnershipRules {
  readonly minRejoinMs: number;
  readonly rejoinAfterKick: boolean;
  /** True after a join failed for a reason that no repetition resolves: a person must act. */
  readonly isStuck: boolean;
}

/** What to do after an observation. */
export type WatchDecision =
  | { readonly action: "nothing"; readonly reason: string; readonly kind: ErrorKind | undefined }
  /** The site is a member. */
  | { readonly action: "hold"; readonly member: ObservedMembership; readonly own: boolean }
  | { readonly action: "rejoin" }
  /** Rejoin, but not before `untilMs`. */
  | { readonly action: "wait"; readonly state: AbsenceState; readonly name?: string; readonly untilMs: number }
  /** Only report it: this exporter must not, or cannot, change it. */
  | { readonly action: "report"; readonly state: AbsenceState; readonly name?: string }
  /** `master` is the other federation's. */
  | { readonly action: "leave_alone"; readonly master: string }
  /** Another owner replaced the membership. */
  | { readonly action: "stop"; readonly member: ObservedMembership };

/** `failed` if no membership was ever seen. */
export type AbsenceState = LossCause | "failed";

/** Decides what to do after an observation. */
export function decideWatch(
  observation: WatchObservation,
  checkpoint: JoinCheckpoint,
  rules: WatchRules,
  nowMs: number,
): WatchDecision {
  switch (observation.state) {
    case "unreadable":
      return { action: "nothing", reason: observation.reason, kind: observation.kind };
    case "joined": {
      const { member } = observation;
      return { action: "hold", member, own: ownsMember(checkpoint, member, rules) };
    }
    case "differs":
      return { action: "stop", member: observation.member };
    case "elsewhere":
      return { action: "leave_alone", master: observation.master };
    case "gone":
      return decideAfterLoss(observation, checkpoint, rules, nowMs);
  }
}

function decideAfterLoss(
  { cause, name: reported }: WatchObservation & { readonly state: "gone" },
  checkpoint: JoinCheckpoint,
  rules: WatchRules,
  nowMs: number,
): WatchDecision {
  const blockedBy = rejoinBlockedBy(cause, checkpoint);
  const state = blockedBy ?? (checkpoint.membership === undefined ? "failed" : "lost");
  const name = reported === undefined ? {} : { name: reported };
  if (checkpoint.membership?.own === false && rules.adopt === "report") return { action: "report", state, ...name };
  if (blockedBy !== undefined && !rules.rejoinAfterKick) return { action: "report", state, ...name };
  if (rules.isStuck) return { action: "report", state: "failed", ...name };
  const untilMs = (checkpoint.lastTryMs ?? -Infinity) + rules.minRejoinMs;
  return nowMs < untilMs ? { action: "wait", state, ...name, untilMs } : { action: "rejoin" };
}
