import { NeuVectorError, sessionKey, type Credentials, type Ports, type Target } from "@fedjoin/provider/neuvector";
import { createBackoffSession, type BackoffSession } from "../account/backoffSession";
import type { BackoffStore } from "../account/backoffStore";
import { hideForwardedUnauthorized } from "./forwarded";
import { createKeepAlive } from "./keepAlive";

/** A session that others may use as well. */
export interface PooledSession extends BackoffSession {
  readonly key: string;
  /** What `work` gives; the session is not ended meanwhile. */
  use<T>(work: () => Promise<T>): Promise<T>;
}

/** The sessions of one process: one per account, opened on first use. */
export interface SessionPool {
  open(target: Target, credentials: Credentials): PooledSession;
  /** Logs the others out when nobody uses them any more. */
  retain(keys: ReadonlySet<string>): void;
  /** Logs all out at once. */
  close(): Promise<void>;
}

interface Entry {
  readonly session: PooledSession;
  /** Resolves when nobody uses the session. */
  idle(): Promise<void>;
  end(): Promise<void>;
}

export function createSessionPool(ports: Ports, holds: BackoffStore): SessionPool {
  const entries = new Map<string, Entry>();
  const retired = new Set<Entry>();
  const guarded: Ports = { ...ports, transport: hideForwardedUnauthorized(ports.transport) };

  const create = (key: string, target: Target, credentials: Credentials): Entry => {
    const inner = createBackoffSession(guarded, target, credentials, holds);
    const keepAlive = createKeepAlive(inner, ports.clock, ports.log);
    const running = new Set<Promise<unknown>>();
    let isOver = false;
    const use = async <T>(work: () => Promise<T>): Promise<T> => {
      const run = work();
      const settled = run.catch(() => undefined).finally(() => running.delete(settled));
      running.add(settled);
      return run;
    };
    const session: PooledSession = {
      ...inner,
      key,
      use,
      call(call) {
        if (isOver) return Promise.reject(new NeuVectorError("cancelled", "this target is no longer configured"));
        return use(async () => {
          try {
            return await inner.call(call);
          } finally {
            keepAlive.touch();
          }
        });
      },
    };
    return {
      session,
      async idle() {
        while (running.size > 0) await Promise.all(running);
      },
      end() {
        isOver = true;
        keepAlive.stop();
        return inner.close();
      },
    };
  };

  return {
    open(target, credentials) {
      const key = sessionKey(target, credentials);
      const entry = entries.get(key) ?? create(key, target, credentials);
      entries.set(key, entry);
      return entry.session;
    },
    retain(keys) {
      for (const [key, entry] of entries) {
        if (keys.has(key)) continue;
        entries.delete(key);
        retired.add(entry);
        void entry
          .idle()
          .then(() => entry.end())
          .finally(() => retired.delete(entry));
      }
    },
    async close() {
      const all = [...entries.values(), ...retired];
      entries.clear();
      await Promise.all(all.map((entry) => entry.end()));
    },
  };
}
