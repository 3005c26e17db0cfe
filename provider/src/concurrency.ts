/** One at a time per key, in order of asking. */
export interface KeyedMutex {
  /** What `work` gives, run when everybody before it with the same key is done. */
  runExclusive<T>(key: string, work: () => Promise<T>): Promise<T>;
}

/**
 * Turns held in memory: masters queue joins and time out under several at once (rest-api.md#concurrent-operations), so
 * callers queue here.
 */
export function createKeyedMutex(): KeyedMutex {
  const last = new Map<string, Promise<unknown>>();
  return {
    runExclusive(key, work) {
      const before = last.get(key) ?? Promise.resolve();
      const mine = before.then(work, work);
      const settled = mine.catch(() => undefined);
      last.set(key, settled);
      void settled.then(() => {
        if (last.get(key) === settled) last.delete(key);
      });
      return mine;
    },
  };
}

/**
 * Resolves to the results of `work` in the order of the items, running at most `concurrency` at a time. The default is
 * fast enough, and low enough to keep a master's session shared.
 * @throws The first error of `work`, after all running work has ended, so that its sessions are logged out.
 */
export async function mapWithConcurrency<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  concurrency = 8,
): Promise<R[]> {
  const results: R[] = new Array<R>(items.length);
  const queue = items.entries();
  const runner = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  const runners = await Promise.allSettled(Array.from({ length: Math.min(concurrency, items.length) }, runner));
  for (const ended of runners) if (ended.status === "rejected") throw ended.reason;
  return results;
}
