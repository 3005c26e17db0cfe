import { NeuVectorError } from "@fedjoin/provider";

/** Why and until when nobody logs in. */
export interface LoginHold {
  /** `Infinity`: until another credential is configured, or somebody who knows restarts the exporter. */
  readonly untilMs: number;
  /** Refused logins in a row. */
  readonly refusals: number;
  readonly verdict: NeuVectorError;
}

const minuteMs = 60_000;

/**
 * Pauses after the first, second and third refusal in a row. Five failures in a row lock the account, however far
 * apart they are (contract 1.4), so that three attempts leave two for a person.
 */
const pausesMs = [10 * minuteMs, 60 * minuteMs, Infinity];

/** The block lasts 60 minutes, and every attempt within restarts it (contract 1.4); the rest is for clocks that differ. */
const lockedPauseMs = 65 * minuteMs;

/** A password that must be changed is no failed login: it is looked at again and again. */
const resetPauseMs = 5 * minuteMs;

/** The hold after a login ended with `error`, or `undefined` when the error says nothing about the account. */
export function holdAfter(error: unknown, before: LoginHold | undefined, nowMs: number): LoginHold | undefined {
  if (!(error instanceof NeuVectorError)) return undefined;
  const refusals = (before?.refusals ?? 0) + 1;
  const pauseMs = pausesMs[Math.min(refusals, pausesMs.length) - 1] ?? Infinity;
  switch (error.kind) {
    case "login_rejected":
      return { untilMs: nowMs + pauseMs, refusals, verdict: error };
    case "locked_out":
      return { untilMs: nowMs + Math.max(pauseMs, lockedPauseMs), refusals, verdict: error };
    case "password_change_required":
      return { untilMs: nowMs + resetPauseMs, refusals: refusals - 1, verdict: error };
    default:
      return undefined;
  }
}

/** What a person reads about a hold. */
export function describeHold({ untilMs, verdict }: LoginHold, host: string): string {
  const until = Number.isFinite(untilMs)
    ? `No login at ${host} before ${new Date(untilMs).toISOString()}`
    : `No further login at ${host} with this credential: correct it and restart the exporter`;
  return `${verdict.message} ${until}`;
}
