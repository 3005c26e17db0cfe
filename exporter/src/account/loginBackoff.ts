import type { BackoffPolicy, BackoffStore, Log, LoginBackoff } from "@fedjoin/provider/internal/neuvector";
import { formatAddress } from "@fedjoin/provider/internal/values";

const minuteMs = 60_000;

/**
 * Back-offs after the first, second and third refusal in a row. Five failures in a row lock the account, however far
 * apart they are (rest-api.md#lockout): three attempts leave two for a person.
 */
const backoffsMs = [10 * minuteMs, 60 * minuteMs, Infinity];

/** The lock lasts 60 minutes, and every attempt during it restarts it (rest-api.md#lockout); the rest allows for clocks that differ. */
const lockoutBackoffMs = 65 * minuteMs;

/** A demanded password change is not a failed login: it is checked again and again. */
const passwordChangeBackoffMs = 5 * minuteMs;

/** Backs off for longer after each refused login, as far as `store` remembers, and logs each back-off. */
export function createBackoffPolicy(store: BackoffStore, log: Log): BackoffPolicy {
  return {
    store,
    next: nextBackoff,
    onBackoff: (backoff, address) => {
      log("error", describeBackoff(backoff, formatAddress(address)));
    },
  };
}

/** Returns the back-off that follows a refused login. */
export const nextBackoff: BackoffPolicy["next"] = (cause, previous, nowMs) => {
  const refusals = (previous?.refusals ?? 0) + 1;
  const reload = previous?.reload === "asked" ? "tried" : undefined;
  if (cause.kind === "password_change_required") {
    return { untilMs: nowMs + passwordChangeBackoffMs, refusals: refusals - 1, reload, cause };
  }
  const backoffMs = backoffsMs[Math.min(refusals, backoffsMs.length) - 1] ?? Infinity;
  const leastMs = cause.kind === "locked_out" ? lockoutBackoffMs : 0;
  return { untilMs: nowMs + Math.max(backoffMs, leastMs), refusals, reload, cause };
};

/**
 * Returns the back-off when a reload asks for another attempt: over now, or `undefined` if a reload caused the last
 * attempt too. So repeated reloads cause one attempt after each scheduled one, and at most four are refused in all.
 */
export function backoffAfterReload(backoff: LoginBackoff, nowMs: number): LoginBackoff | undefined {
  return backoff.reload === undefined ? { ...backoff, untilMs: nowMs, reload: "asked" } : undefined;
}

/** Describes a back-off in one message: the refusal and its consequence. */
export function describeBackoff({ untilMs, reload, cause }: LoginBackoff, host: string): string {
  const until = Number.isFinite(untilMs)
    ? `No login at ${host} before ${new Date(untilMs).toISOString()}.`
    : `No further login at ${host} with this credential: correct it${reload === undefined ? ", or the account there," : ""} and reload or restart the exporter.`;
  return cause.with({ hint: `${cause.hint} ${until}` }).message;
}
