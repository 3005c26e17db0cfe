import { NeuVectorError } from "../../errors/neuVectorError";
import type { Ports, Target } from "../ports";
import { sessionKey, type Credentials } from "./credentials";
import { createKeepAlive } from "./keepAlive";
import { createOneAttemptPolicy, type BackoffPolicy } from "./loginGuard";
import { createSession, type Session } from "./session";

/** A session that others may use as well. */
export interface PooledSession extends Session {
  readonly key: string;
  /** Runs `work`; the pool does not log the session out meanwhile. */
  use<T>(work: () => Promise<T>): Promise<T>;
}

/** The sessions of one process: one for each controller and account. */
export interface SessionPool {
  /** Returns the session of an account. Sends nothing. */
  open(target: Target, credentials: Credentials): PooledSession;
  /** Runs `work` with the session of an account. */
  use<T>(target: Target, credentials: Credentials, work: (session: Session) => Promise<T>): Promise<T>;
  /** Logs out the sessions with other keys, each after its last user. */
  retain(keys: ReadonlySet<string>): void;
  /** Logs out all sessions at once. */
  close(): Promise<void>;
}

export interface SessionPoolPolicy {
  /** What follows from a refused login. Default: this process does not try the credential again. */
  readonly backoff?: BackoffPolicy;
  /** `false` logs a session out after its last user; `true` keeps it alive until `retain` or `close`. Default: `false`. */
  readonly keepAlive?: boolean;
}

interface Entry {
  readonly session: PooledSession;
  /** Resolves when nobody uses the session. */
  idle(): Promise<void>;
  end(): Promise<void>;
}

/** Creates a pool. Its sessions share the knowledge of refused logins. */
export function createSessionPool(ports: Ports, policy: SessionPoolPolicy = {}): SessionPool {
  const { backoff = createOneAttemptPolicy(), keepAlive = false } = policy;
  const entries = new Map<string, Entry>();
  const ending = new Set<Entry>();

  const end = async (key: string, entry: Entry): Promise<void> => {
    if (entries.get(key) === entry) entries.delete(key);
    ending.add(entry);
    await entry.idle();
    await entry.end().finally(() => ending.delete(entry));
  };

  const open = (target: Target, credentials: Credentials): Entry => {
    const key = sessionKey(target, credentials);
    const existing = entries.get(key);
    if (existing !== undefined) return existing;
    const session = createSession(ports, target, credentials, { backoff });
    const entry = createEntry(key, session, ports, keepAlive ? undefined : () => end(key, entry));
    entries.set(key, entry);
    return entry;
  };

  return {
    open: (target, credentials) => open(target, credentials).session,
    use(target, credentials, work) {
      const { session } = open(target, credentials);
      return session.use(() => work(session));
    },
    retain(keys) {
      for (const [key, entry] of entries) if (!keys.has(key)) void end(key, entry);
    },
    async close() {
      const all = [...entries.values(), ...ending];
      entries.clear();
      await Promise.all(all.map((entry) => entry.end()));
    },
  };
}

/** @param onIdle Called after the last user; without it the session is kept alive. */
function createEntry(
  key: string,
  session: Session,
  { clock, log }: Ports,
  onIdle: (() => Promise<void>) | undefined,
): Entry {
  const keepAlive = onIdle === undefined ? createKeepAlive(session, clock, log) : undefined;
  const running = new Set<Promise<unknown>>();
  let isOver = false;

  const use = async <T>(work: () => Promise<T>): Promise<T> => {
    const run = work();
    const settled = run.catch(() => undefined).finally(() => running.delete(settled));
    running.add(settled);
    try {
      return await run;
    } finally {
      await settled;
      if (running.size === 0) await onIdle?.();
    }
  };
  const call: Session["call"] = (request) => {
    if (isOver) return Promise.reject(new NeuVectorError("cancelled", "this target is no longer configured"));
    return use(() => session.call(request).finally(() => keepAlive?.touch()));
  };

  return {
    session: { ...session, key, use, call },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
    end() {
      isOver = true;
      keepAlive?.stop();
      return session.close();
    },
  };
}
