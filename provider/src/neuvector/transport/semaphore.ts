/** Room for so many at a time; whoever comes later waits, in order of asking. */
export interface Semaphore {
  /** Resolves with a place. @throws What `signal` aborts with, while waiting. */
  acquire(signal: AbortSignal): Promise<void>;
  /** Gives a place back that was taken. */
  release(): void;
}

export function createSemaphore(count: number): Semaphore {
  let free = count;
  const waiting = new Set<() => void>();
  return {
    acquire(signal) {
      if (free > 0) {
        free--;
        return Promise.resolve();
      }
      return new Promise((resolve, reject) => {
        const stop = (): void => {
          waiting.delete(enter);
          reject(signal.reason instanceof Error ? signal.reason : new Error("stopped while waiting"));
        };
        const enter = (): void => {
          waiting.delete(enter);
          signal.removeEventListener("abort", stop);
          resolve();
        };
        waiting.add(enter);
        signal.addEventListener("abort", stop, { once: true });
      });
    },
    release() {
      const [next] = waiting;
      if (next === undefined) free++;
      else next();
    },
  };
}
