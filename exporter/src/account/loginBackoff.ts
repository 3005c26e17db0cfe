import { NeuVectorError } from "@fedjoin/provider/neuvector";

/** Why and until when nobody logs in. */
export interface LoginBackoff {
  /** `Infinity`: until another credential is configured, or somebody who knows asks by a reload. */
  readonly untilMs: number;
  /** Refused logins in a row. */
  readonly refusals: number;
  /** Whether a reload `asked` for the next attempt, or the last one was `tried` for one. */
  readonly reload?: "asked" | "tried" | undefined;
  readonly cause: NeuVectorError;
}

const minuteMs = 60_000;

/**
 * Pauses after the first, second and third refusal in a row. Five failures in a row lock the account, however far
 * apart they are (rest-api.md#lockout), so that three attempts leave two for a person.
 */
const backoffsMs = [10 * minuteMs, 60 * minuteMs, Infinity];

/**
 * The block lasts 60 minutes, and every attempt within restarts it (rest-api.md#lockout); the rest is for clocks that
 * differ.
 */
const lockoutBackoffMs = 65 * minuteMs;

/** A password that must be changed is no failed login: it is looked at again and again. */
const passwordChangeBackoffMs = 5 * minuteMs;

/**
 * The hold when somebody asks by a reload to try again: over now, or `undefined` where the last attempt came by a reload
 * too. So a loop of reloads brings one attempt after each that comes by itself, and four at most are refused in all.
 */
export function backoffAfterReload(hold: LoginBackoff, nowMs: number): LoginBackoff | undefined {
  return hold.reload === undefined ? { ...hold, untilMs: nowMs, reload: "asked" } : undefined;
}

/** The hold after a login ended with `error`, or `undefined` when the error says nothing about the account. */
export function nextBackoff(error: unknown, before: LoginBackoff | undefined, nowMs: number): LoginBackoff | undefined {
  if (!(error instanceof NeuVectorError)) return undefined;
  const refusals = (before?.refusals ?? 0) + 1;
  const reload = before?.reload === "asked" ? "tried" : undefined;
  const pauseMs = backoffsMs[Math.min(refusals, backoffsMs.length) - 1] ?? Infinity;
  switch (error.kind) {
    case "login_rejected":
      return { untilMs: nowMs + pauseMs, refusals, reload, cause: error };
    case "locked_out":
      return { untilMs: nowMs + Math.max(pauseMs, lockoutBackoffMs), refusals, reload, cause: error };
    case "password_change_required":
      return { untilMs: nowMs + passwordChangeBackoffMs, refusals: refusals - 1, reload, cause: error };
    default:
      return undefined;
  }
}

/** True for an error that puts logins on hold, which is said once where that begins. */
export function startsBackoff({ kind }: NeuVectorError): boolean {
  return kind === "login_rejected" || kind === "locked_out" || kind === "password_change_required";
}

/** What a person reads about a hold: the refusal and what follows from it, in one message. */
export function describeBackoff({ untilMs, reload, cause }: LoginBackoff, host: string): string {
  const until = Number.isFinite(untilMs)
    ? `No login at ${host} before ${new Date(untilMs).toISOString()}.`
    : `No further login at ${host} with this credential: correct it${reload === undefined ? ", or the account there," : ""} and reload or restart the exporter.`;
  return cause.with({ hint: `${cause.hint} ${until}` }).message;
}
