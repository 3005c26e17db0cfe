import type { Member, Verdict } from "@fedjoin/provider";
import { isOwn, type JoinMemory } from "./joinMemory";

/** What a look found. */
export type Finding =
  /** A side that should be readable was not: no verdict, nothing follows from it. */
  | { readonly state: "unreadable"; readonly why: string }
  /** Standalone, and the controller's own events say that the master dismissed it (contract 5.3). */
  | { readonly state: "dismissed" }
  | Verdict;

export interface WatchRules {
  readonly adopt: "report" | "own";
  readonly minRejoinMs: number;
  readonly rejoinAfterKick: boolean;
  /** True after a join failed for a reason that no repetition mends: a person is needed. */
  readonly isStuck: boolean;
}

/** What follows from a look. */
export type Decision =
  | { readonly do: "nothing"; readonly why: string }
  /** The site is a member. */
  | { readonly do: "hold"; readonly member: Member; readonly own: boolean }
  | { readonly do: "rejoin"; readonly after: "lost" | "kicked" }
  /** A rejoin, not before then. */
  | { readonly do: "wait"; readonly state: "lost" | "kicked"; readonly untilMs: number }
  /** Only said; nobody here may change it. `name` is the other federation's. */
  | { readonly do: "report"; readonly state: "lost" | "kicked" }
  | { readonly do: "report"; readonly state: "elsewhere"; readonly name: string }
  /** A join failed for good and the site is still no member. */
  | { readonly do: "report"; readonly state: "failed" }
  /** Another owner replaced the membership. */
  | { readonly do: "stop"; readonly member: Member };

/** What to do about what a look found; pure. */
export function decideWatch(finding: Finding, memory: JoinMemory, rules: WatchRules, nowMs: number): Decision {
  switch (finding.state) {
    case "unreadable":
      return { do: "nothing", why: finding.why };
    case "no_master":
      return { do: "nothing", why: "the cluster named as master is no federation master" };
    case "joined":
      return { do: "hold", member: finding.member, own: isOwn(memory, finding.member, rules.adopt) };
    case "renamed":
    case "moved":
      return { do: "stop", member: finding.member };
    case "elsewhere":
      return { do: "report", state: "elsewhere", name: finding.master };
    case "master":
      return { do: "report", state: "elsewhere", name: "its own" };
    case "kicked":
    case "dismissed":
      return afterLoss("kicked", memory, rules, nowMs);
    case "absent":
    case "left":
    case "name_taken":
      return afterLoss(memory.kicked ? "kicked" : "lost", memory, rules, nowMs);
  }
}

function afterLoss(state: "lost" | "kicked", memory: JoinMemory, rules: WatchRules, nowMs: number): Decision {
  if (memory.membership?.own === false && rules.adopt === "report") return { do: "report", state };
  if (state === "kicked" && !rules.rejoinAfterKick) return { do: "report", state };
  if (rules.isStuck) return { do: "report", state: "failed" };
  const untilMs = (memory.lastTryMs ?? -Infinity) + rules.minRejoinMs;
  return nowMs < untilMs ? { do: "wait", state, untilMs } : { do: "rejoin", after: state };
}
