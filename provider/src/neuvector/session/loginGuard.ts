import { NeuVectorError } from "../../errors/neuVectorError";
import type { Clock } from "../ports";
import { accountKey, secretOf, snapshotCredentials, type Credentials } from "./credentials";
import type { Address } from "../../values/address";

/** Who logs in where, with the secret that was current when this was created. */
export interface LoginAccount {
  readonly address: Address;
  readonly credentials: Credentials;
  /** See `accountKey`. */
  readonly key: string;
}

export function createLoginAccount(address: Address, credentials: Credentials): LoginAccount {
  const snapshot = snapshotCredentials(credentials);
  return { address, credentials: snapshot, key: accountKey(address, snapshot) };
}

/** Why and until when an account sends no login. */
export interface LoginBackoff {
  /** `Infinity`: until the credential changes, or somebody asks for an attempt by a reload. */
  readonly untilMs: number;
  /** Refused logins in a row. */
  readonly refusals: number;
  /** Whether a reload `asked` for the next attempt, or the last one was `tried` because of one. */
  readonly reload?: "asked" | "tried" | undefined;
  /** The refusal. */
  readonly cause: NeuVectorError;
}

/** Remembers the back-off of each account and credential. */
export interface BackoffStore {
  load(account: LoginAccount): LoginBackoff | undefined;
  /** Forgets the back-off of `account` when `backoff` is undefined. */
  save(account: LoginAccount, backoff: LoginBackoff | undefined): void;
}

/** What follows from a refused login. */
export interface BackoffPolicy {
  readonly store: BackoffStore;
  /** The back-off after a refused login; `previous` is the last one of the same credential. */
  readonly next: (cause: NeuVectorError, previous: LoginBackoff | undefined, nowMs: number) => LoginBackoff;
  /** Called when a back-off begins, and for one that is in force when a session is created. */
  readonly onBackoff?: (backoff: LoginBackoff, address: Address) => void;
}

/** Remembers back-offs until the process ends. */
export function createMemoryBackoffStore(): BackoffStore {
  const backoffs = new Map<string, LoginBackoff | undefined>();
  return {
    load: ({ key }) => backoffs.get(key),
    save: ({ key }, backoff) => backoffs.set(key, backoff),
  };
}

/** Never tries a refused credential again in this process. */
export function createOneAttemptPolicy(): BackoffPolicy {
  const next: BackoffPolicy["next"] = (cause, previous) => ({
    untilMs: Infinity,
    refusals: (previous?.refusals ?? 0) + 1,
    cause,
  });
  return { store: createMemoryBackoffStore(), next };
}

/** True for an error by which a controller refuses a login, and which repeating the login makes worse. */
export function isLoginRefusal({ kind }: NeuVectorError): boolean {
  return kind === "login_rejected" || kind === "locked_out" || kind === "password_change_required";
}

/** Lets the calls of one account through, unless its login was refused. */
export interface LoginGuard {
  /** The back-off in force. */
  backoff(): LoginBackoff | undefined;
  /** Runs `work` and records how it ended. @throws The cause of the back-off in force, and then sends nothing. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Creates the guard of one account. Never retry a refused login: five in a row lock the account, however far apart they
 * are (rest-api.md#lockout). Guards with the same store share their knowledge, since a lock does not ask which session failed.
 */
export function createLoginGuard(
  address: Address,
  credentials: Credentials,
  clock: Clock,
  { store, next, onBackoff }: BackoffPolicy,
): LoginGuard {
  let latest = createLoginAccount(address, credentials);
  /** A secret in a file may have changed: the back-off of the previous one no longer counts. */
  const accountNow = (): LoginAccount => {
    if (secretOf(credentials) !== secretOf(latest.credentials)) latest = createLoginAccount(address, credentials);
    return latest;
  };
  const inForce = (account: LoginAccount): LoginBackoff | undefined => {
    const backoff = store.load(account);
    return backoff !== undefined && clock.now() < backoff.untilMs ? backoff : undefined;
  };
  const atStart = inForce(accountNow());
  if (atStart !== undefined) onBackoff?.(atStart, address);

  return {
    backoff: () => inForce(accountNow()),
    async run(work) {
      const account = accountNow();
      const current = inForce(account);
      if (current !== undefined) throw current.cause;
      try {
        const result = await work();
        if (store.load(account) !== undefined) store.save(account, undefined);
        return result;
      } catch (error) {
        // Calls that shared the refused login arrive here one after another: it counts once.
        if (error instanceof NeuVectorError && isLoginRefusal(error) && inForce(account) === undefined) {
          const backoff = next(error, store.load(account), clock.now());
          store.save(account, backoff);
          onBackoff?.(backoff, address);
        }
        throw error;
      }
    },
  };
}
