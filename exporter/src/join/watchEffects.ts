import type { LogLevel } from "@fedjoin/provider/internal/neuvector";
import type { JoinConfig } from "../settings/joinConfig";
import { checkpointWithMember, lastKnownName, type JoinCheckpoint } from "./joinCheckpoint";
import { conflictMessage, rejoinAdvice } from "./joinLog";
import type { JoinStatus } from "./joinStatus";
import type { AbsenceState, WatchDecision } from "./watchDecision";
import { formatAddress } from "@fedjoin/provider/internal/values";

/** What a decision other than to rejoin changes. */
export interface WatchEffects {
  readonly status: Partial<JoinStatus>;
  readonly checkpoint: Partial<JoinCheckpoint>;
  readonly log: { readonly level: LogLevel; readonly line: string } | undefined;
  /** True if the watch ends for good. */
  readonly stops: boolean;
}

/** Returns what follows from a decision. */
export function watchEffectsOf(
  decision: Exclude<WatchDecision, { action: "rejoin" }>,
  { membership: { jointRest } }: Pick<JoinConfig, "membership">,
  checkpoint: JoinCheckpoint,
  nowMs: number,
): WatchEffects {
  const continues = { checkpoint: {}, stops: false };
  switch (decision.action) {
    case "nothing":
      return {
        ...continues,
        status: decision.kind === undefined ? {} : { lastErrorKind: decision.kind },
        log: { level: "warn", line: `The membership cannot be read: ${decision.reason}` },
      };
    case "hold": {
      const { member, own } = decision;
      const owner = own ? "" : `, not made by this exporter: ${reportedOnlyAdvice}`;
      return {
        status: {
          state: "joined",
          name: member.name,
          nextRetryAt: undefined,
          lastSuccessAt: nowMs,
          lastErrorKind: undefined,
        },
        checkpoint: checkpointWithMember(checkpoint, member, own),
        log: { level: "info", line: `A member as ${member.name}${owner}` },
        stops: false,
      };
    }
    case "wait": {
      const { state, untilMs } = decision;
      const name = decision.name ?? lastKnownName(checkpoint);
      const until = new Date(untilMs).toISOString();
      const line = `${describeLoss(name, state)}: no join before ${until} (JOIN_REJOIN_MIN_INTERVAL_SECONDS)`;
      return {
        checkpoint: { kicked: checkpoint.kicked || state === "kicked" },
        stops: false,
        status: { state, name, nextRetryAt: untilMs },
        log: { level: "warn", line },
      };
    }
    case "report": {
      const { state } = decision;
      const name = decision.name ?? lastKnownName(checkpoint);
      const isForeign = checkpoint.membership?.own === false && (state === "lost" || state === "failed");
      const advice = isForeign ? `it was not made by this exporter: ${reportedOnlyAdvice}` : adviceFor(state);
      return {
        checkpoint: { kicked: checkpoint.kicked || state === "kicked" },
        stops: false,
        status: { state, name, nextRetryAt: undefined },
        log: { level: "warn", line: `${describeLoss(name, state)}: ${advice}` },
      };
    }
    case "leave_alone":
      return {
        ...continues,
        status: { state: "elsewhere", nextRetryAt: undefined, lastErrorKind: "member_elsewhere" },
        log: { level: "warn", line: `The site belongs to another federation, ${decision.master}: left alone` },
      };
    case "stop": {
      const actual = `${decision.member.name} at ${formatAddress(decision.member.jointRest)}`;
      const desired = `${lastKnownName(checkpoint) ?? checkpoint.name} at ${formatAddress(jointRest)}`;
      return {
        ...continues,
        stops: true,
        status: { state: "conflict", nextRetryAt: undefined, lastErrorKind: "membership_differs" },
        log: { level: "error", line: conflictMessage(`the site is a member as ${actual}, but should be ${desired}`) },
      };
    }
  }
}

const reportedOnlyAdvice = "its loss is reported, not repaired (JOIN_ADOPT=own repairs it)";

function describeLoss(name: string | undefined, state: AbsenceState): string {
  switch (state) {
    case "kicked":
      return `The master removed ${name ?? "this site"}`;
    case "lost":
      return `${name ?? "This site"} is no longer a member`;
    case "unclear":
      return `${name ?? "This site"} is no longer a member; it is not known whether it left or the master removed it`;
    case "failed":
      return `${name ?? "This site"} is not a member`;
  }
}

function adviceFor(state: AbsenceState): string {
  return state === "kicked" || state === "unclear"
    ? rejoinAdvice
    : "the last join failed for a reason that retries do not resolve; correct it and restart the exporter";
}
