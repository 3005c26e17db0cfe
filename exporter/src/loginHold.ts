import { NeuVectorError } from "@fedjoin/provider";

/** Why and until when nobody logs in. */
export interface LoginHold {
  readonly untilMs: number;
  /** Refused logins in a row. */
  readonly refusals: number;
  readonly verdict: NeuVectorError;
}

const minuteMs = 60_000;
const firstHoldMs = 5 * minuteMs;
const longestHoldMs = 24 * 60 * minuteMs;
/** The block lasts 60 minutes, and every attempt within restarts it (contract 1.4); the rest is for clocks that differ. */
const lockedHoldMs = 65 * minuteMs;

/**
 * The hold after a login ended with `error`, or `undefined` when the error says nothing about the account.
 * A refused login waits 5 min, then four times as long each time (20, 80, 320 …), at most a day: three attempts in the
 * first hour, while five failures lock the account for 60 minutes (contract 1.4).
 */
export function holdAfter(error: unknown, before: LoginHold | undefined, nowMs: number): LoginHold | undefined {
  if (!(error instanceof NeuVectorError)) return undefined;
  const refusals = (before?.refusals ?? 0) + 1;
  const growingMs = Math.min(firstHoldMs * 4 ** (refusals - 1), longestHoldMs);
  switch (error.kind) {
    case "login_rejected":
      return { untilMs: nowMs + growingMs, refusals, verdict: error };
    case "locked_out":
      return { untilMs: nowMs + Math.max(growingMs, lockedHoldMs), refusals, verdict: error };
    case "password_change_required":
      return { untilMs: nowMs + firstHoldMs, refusals: refusals - 1, verdict: error };
    default:
      return undefined;
  }
}
