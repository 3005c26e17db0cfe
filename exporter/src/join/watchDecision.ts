import type { ErrorKind, Member } from "@fedjoin/provider";
import { isOwn, type JoinMemory, type OwnershipRules } from "./joinMemory";

/** Why a site is not a member, as far as anybody can tell. */
export type Cause =
  /** The master removed it. */
  | "kicked"
  /** It left, or its controller lost what it knew. */
  | "lost"
  /** Either of them. */
  | "unclear";

/** What a look found. */
export type Finding =
  /** No verdict: nothing follows from it. */
  | { readonly state: "unreadable"; readonly why: string; readonly kind: ErrorKind | undefined }
  | { readonly state: "joined"; readonly member: Member }
  /** A member of the wanted master under another name or joint address. */
  | { readonly state: "differs"; readonly member: Member }
  /** A member of another master, or `its own` when it is one itself. */
  | { readonly state: "elsewhere"; readonly master: string }
  /** `name` is the one that the site says it had, if it says any. */
  | { readonly state: "gone"; readonly cause: Cause; readonly name?: string };

export interface WatchRules extends OwnershipRules {
  readonly minRejoinMs: number;
  readonly rejoinAfterKick: boolean;
  /** True after a join failed for a reason that no repetition mends: a person is needed. */
  readonly isStuck: boolean;
}

/** What follows from a look. */
export type Decision =
  | { readonly do: "nothing"; readonly why: string; readonly kind: ErrorKind | undefined }
  /** The site is a member. */
  | { readonly do: "hold"; readonly member: Member; readonly own: boolean }
  | { readonly do: "rejoin" }
  /** A join, not before then. */
  | { readonly do: "wait"; readonly state: Absence; readonly name?: string; readonly untilMs: number }
  /** Only said: nobody here may or can change it. */
  | { readonly do: "report"; readonly state: Absence; readonly name?: string }
  /** `master` is the other federation's. */
  | { readonly do: "leave_alone"; readonly master: string }
  /** Another owner replaced the membership. */
  | { readonly do: "stop"; readonly member: Member };

/** `failed` where no membership was ever seen. */
export type Absence = Cause | "failed";

/** What to do about what a look found; pure. */
export function decideWatch(finding: Finding, memory: JoinMemory, rules: WatchRules, nowMs: number): Decision {
  switch (finding.state) {
    case "unreadable":
      return { do: "nothing", why: finding.why, kind: finding.kind };
    case "joined":
      return { do: "hold", member: finding.member, own: isOwn(memory, finding.member, rules) };
    case "differs":
      return { do: "stop", member: finding.member };
    case "elsewhere":
      return { do: "leave_alone", master: finding.master };
    case "gone":
      return afterLoss(finding, memory, rules, nowMs);
  }
}

/**
 * The word of a master that forbids a join: certain, or not to be excluded. A site that was never seen as a member
 * stays away only for a proven kick, one that was joins only when a kick is excluded.
 */
export function verdictAgainst(cause: Cause, memory: JoinMemory): "kicked" | "unclear" | undefined {
  if (memory.kicked || cause === "kicked") return "kicked";
  return cause === "unclear" && memory.membership !== undefined ? "unclear" : undefined;
}

function afterLoss(
  { cause, name: said }: Finding & { readonly state: "gone" },
  memory: JoinMemory,
  rules: WatchRules,
  nowMs: number,
): Decision {
  const against = verdictAgainst(cause, memory);
  const state = against ?? (memory.membership === undefined ? "failed" : "lost");
  const name = said === undefined ? {} : { name: said };
  if (memory.membership?.own === false && rules.adopt === "report") return { do: "report", state, ...name };
  if (against !== undefined && !rules.rejoinAfterKick) return { do: "report", state, ...name };
  if (rules.isStuck) return { do: "report", state: "failed", ...name };
  const untilMs = (memory.lastTryMs ?? -Infinity) + rules.minRejoinMs;
  return nowMs < untilMs ? { do: "wait", state, ...name, untilMs } : { do: "rejoin" };
}
