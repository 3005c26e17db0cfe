/** A limited number of permits; callers wait for one in order of arrival. */
export interface Semaphore {
  /** Resolves once the caller holds a permit. @throws The signal's reason, if it aborts while the caller waits. */
  acquire(signal: AbortSignal): Promise<void>;
  /** Returns a permit. */
  release(): void;
}

/** A semaphore with this number of permits. */
export function createSemaphore(permits: number): Semaphore {
  let free = permits;
  const waiting = new Set<() => void>();
  return {
    acquire(signal) {
      if (free > 0) {
        free--;
        return Promise.resolve();
      }
      return new Promise((resolve, reject) => {
        const onAbort = (): void => {
          waiting.delete(grant);
          reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
        };
        const grant = (): void => {
          waiting.delete(grant);
          signal.removeEventListener("abort", onAbort);
          resolve();
        };
        waiting.add(grant);
        signal.addEventListener("abort", onAbort, { once: true });
      });
    },
    release() {
      const [grant] = waiting;
      if (grant === undefined) free++;
      else grant();
    },
  };
}

/** Mutual exclusion for each key, in order of arrival. */
export interface KeyedMutex {
  /** Runs `work` after all earlier calls with the same key; resolves to its result. */
  runExclusive<T>(key: string, work: () => Promise<T>): Promise<T>;
}

/** A mutex within this process. */
export function createKeyedMutex(): KeyedMutex {
  const tails = new Map<string, Promise<unknown>>();
  return {
    runExclusive(key, work) {
      const previous = tails.get(key) ?? Promise.resolve();
      const result = previous.then(work, work);
      const tail = result.catch(() => undefined);
      tails.set(key, tail);
      void tail.then(() => {
        if (tails.get(key) === tail) tails.delete(key);
      });
      return result;
    },
  };
}

/**
 * Calls `work` for each item, with at most `concurrency` calls at a time. Resolves to the results in the order of the
 * items. The default is fast enough, and low enough to keep a master's session shared.
 * @throws The first error of `work`, once every call in progress has ended: its sessions are logged out by then.
 */
export async function mapWithConcurrency<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  concurrency = 8,
): Promise<R[]> {
  const results: R[] = new Array<R>(items.length);
  const queue = items.entries();
  const runWorker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  const workers = await Promise.allSettled(Array.from({ length: Math.min(concurrency, items.length) }, runWorker));
  for (const worker of workers) if (worker.status === "rejected") throw worker.reason;
  return results;
}
