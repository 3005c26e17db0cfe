import { formatAddress, type LogLevel } from "@fedjoin/provider/neuvector";
import type { JoinConfig } from "../settings/joinConfig";
import { rejoinAdvice, conflictMessage } from "./joinLog";
import { lastKnownName, checkpointWithMember, type JoinCheckpoint } from "./joinCheckpoint";
import type { JoinStatus } from "./joinRecorder";
import type { AbsenceState, WatchDecision } from "./watchDecision";

/** What a decision other than to join changes. */
export interface WatchEffects {
  readonly status: Partial<JoinStatus>;
  readonly checkpoint: Partial<JoinCheckpoint>;
  readonly log: { readonly level: LogLevel; readonly line: string } | undefined;
  /** True when nothing is to follow ever. */
  readonly stops: boolean;
}

/** What follows from a decision; pure. */
export function watchEffectsOf(
  decision: Exclude<WatchDecision, { action: "rejoin" }>,
  config: Pick<JoinConfig, "jointRest">,
  memory: JoinCheckpoint,
  nowMs: number,
): WatchEffects {
  const goesOn = { checkpoint: {}, stops: false };
  switch (decision.action) {
    case "nothing":
      return {
        ...goesOn,
        status: decision.kind === undefined ? {} : { lastErrorKind: decision.kind },
        log: { level: "warn", line: `No look at the membership: ${decision.why}` },
      };
    case "hold": {
      const { member, own } = decision;
      const whose = own ? "" : `, not made by this exporter: ${reportedOnlyAdvice}`;
      return {
        status: {
          state: "joined",
          name: member.name,
          nextRetryAt: undefined,
          lastSuccessAt: nowMs,
          lastErrorKind: undefined,
        },
        checkpoint: checkpointWithMember(memory, member, own),
        log: { level: "info", line: `A member as ${member.name}${whose}` },
        stops: false,
      };
    }
    case "wait": {
      const { state, untilMs } = decision;
      const name = decision.name ?? lastKnownName(memory);
      const until = new Date(untilMs).toISOString();
      const line = `${describeLoss(name, state)}: no join before ${until} (JOIN_REJOIN_MIN_INTERVAL_SECONDS)`;
      return {
        checkpoint: { kicked: memory.kicked || state === "kicked" },
        stops: false,
        status: { state, name, nextRetryAt: untilMs },
        log: { level: "warn", line },
      };
    }
    case "report": {
      const { state } = decision;
      const name = decision.name ?? lastKnownName(memory);
      const isForeign = memory.membership?.own === false && (state === "lost" || state === "failed");
      const advice = isForeign ? `it was not made by this exporter: ${reportedOnlyAdvice}` : adviceFor(state);
      return {
        checkpoint: { kicked: memory.kicked || state === "kicked" },
        stops: false,
        status: { state, name, nextRetryAt: undefined },
        log: { level: "warn", line: `${describeLoss(name, state)}: ${advice}` },
      };
    }
    case "leave_alone":
      return {
        ...goesOn,
        status: { state: "elsewhere", nextRetryAt: undefined, lastErrorKind: "member_elsewhere" },
        log: { level: "warn", line: `The site belongs to another federation, ${decision.master}: left alone` },
      };
    case "stop": {
      const found = `${decision.member.name} at ${formatAddress(decision.member.jointRest)}`;
      const wanted = `${lastKnownName(memory) ?? memory.name} at ${formatAddress(config.jointRest)}`;
      return {
        checkpoint: {},
        stops: true,
        status: { state: "conflict", nextRetryAt: undefined, lastErrorKind: "membership_differs" },
        log: { level: "error", line: conflictMessage(`the site is a member as ${found}, wanted is ${wanted}`) },
      };
    }
  }
}

const reportedOnlyAdvice = "its loss is reported, not mended (JOIN_ADOPT=own mends it)";

function describeLoss(name: string | undefined, state: AbsenceState): string {
  switch (state) {
    case "kicked":
      return `The master removed ${name ?? "this site"}`;
    case "lost":
      return `${name ?? "This site"} is no longer a member`;
    case "unclear":
      return `${name ?? "This site"} is no longer a member, and nothing tells whether it left or the master removed it`;
    case "failed":
      return `${name ?? "This site"} is not a member`;
  }
}

function adviceFor(state: AbsenceState): string {
  return state === "kicked" || state === "unclear"
    ? rejoinAdvice
    : "the last join failed for a reason that stays; correct it and restart the exporter";
}
