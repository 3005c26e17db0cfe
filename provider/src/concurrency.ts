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
