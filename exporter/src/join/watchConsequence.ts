import { formatAddress, type LogLevel } from "@fedjoin/provider";
import type { JoinConfig } from "../settings/joinConfig";
import { kickAdvice, twoOwners } from "./joinLog";
import { lastKnownName, withMember, type JoinMemory } from "./joinMemory";
import type { JoinFacts } from "./joinView";
import type { Absence, Decision } from "./watchDecision";

/** What a decision other than to join changes. */
export interface Consequence {
  readonly facts: Partial<JoinFacts>;
  readonly remembered: Partial<JoinMemory>;
  readonly said: { readonly level: LogLevel; readonly line: string } | undefined;
  /** True when nothing is to follow ever. */
  readonly ends: boolean;
}

/** What follows from a decision; pure. */
export function consequenceOf(
  decision: Exclude<Decision, { do: "rejoin" }>,
  config: Pick<JoinConfig, "jointRest">,
  memory: JoinMemory,
  nowMs: number,
): Consequence {
  const goesOn = { remembered: {}, ends: false };
  switch (decision.do) {
    case "nothing":
      return {
        ...goesOn,
        facts: decision.kind === undefined ? {} : { lastErrorKind: decision.kind },
        said: { level: "warn", line: `No look at the membership: ${decision.why}` },
      };
    case "hold": {
      const { member, own } = decision;
      const whose = own ? "" : `, not made by this exporter: ${onlyReported}`;
      return {
        facts: {
          state: "joined",
          name: member.name,
          nextRetryAt: undefined,
          lastSuccessAt: nowMs,
          lastErrorKind: undefined,
        },
        remembered: withMember(memory, member, own),
        said: { level: "info", line: `A member as ${member.name}${whose}` },
        ends: false,
      };
    }
    case "wait": {
      const { state, untilMs } = decision;
      const name = decision.name ?? lastKnownName(memory);
      const until = new Date(untilMs).toISOString();
      const line = `${lossOf(name, state)}: no join before ${until} (JOIN_REJOIN_MIN_INTERVAL_SECONDS)`;
      return {
        remembered: { kicked: memory.kicked || state === "kicked" },
        ends: false,
        facts: { state, name, nextRetryAt: untilMs },
        said: { level: "warn", line },
      };
    }
    case "report": {
      const { state } = decision;
      const name = decision.name ?? lastKnownName(memory);
      const isForeign = memory.membership?.own === false && (state === "lost" || state === "failed");
      const advice = isForeign ? `it was not made by this exporter: ${onlyReported}` : adviceFor(state);
      return {
        remembered: { kicked: memory.kicked || state === "kicked" },
        ends: false,
        facts: { state, name, nextRetryAt: undefined },
        said: { level: "warn", line: `${lossOf(name, state)}: ${advice}` },
      };
    }
    case "leave_alone":
      return {
        ...goesOn,
        facts: { state: "elsewhere", nextRetryAt: undefined, lastErrorKind: "member_elsewhere" },
        said: { level: "warn", line: `The site belongs to another federation, ${decision.master}: left alone` },
      };
    case "stop": {
      const found = `${decision.member.name} at ${formatAddress(decision.member.jointRest)}`;
      const wanted = `${lastKnownName(memory) ?? memory.name} at ${formatAddress(config.jointRest)}`;
      return {
        remembered: {},
        ends: true,
        facts: { state: "conflict", nextRetryAt: undefined, lastErrorKind: "membership_differs" },
        said: { level: "error", line: twoOwners(`the site is a member as ${found}, wanted is ${wanted}`) },
      };
    }
  }
}

const onlyReported = "its loss is reported, not mended (JOIN_ADOPT=own mends it)";

function lossOf(name: string | undefined, state: Absence): string {
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

function adviceFor(state: Absence): string {
  return state === "kicked" || state === "unclear"
    ? kickAdvice
    : "the last join failed for a reason that stays; correct it and restart the exporter";
}
