import { Refusal } from "./errors";
import type { Clock } from "./ports";

/** Runs one task at a time, in order of arrival. */
export interface Lock {
  /** @throws {Refusal} 500/19 when the turn does not come within the wait (rest-api.md#concurrent-operations). */
  runExclusive<T>(task: () => T | Promise<T>): Promise<T>;
}

export function createLock(clock: Clock, waitMs: number): Lock {
  let held = false;
  const waiting: (() => void)[] = [];

  function acquire(): Promise<void> {
    if (!held) {
      held = true;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const enter = () => {
        timer.cancel();
        resolve();
      };
      const timer = clock.after(waitMs, () => {
        waiting.splice(waiting.indexOf(enter), 1);
        reject(new Refusal(500, 19, `Unable to acquire lock after ${waitMs / 1000}s`));
      });
      waiting.push(enter);
    });
  }

  function release(): void {
    const next = waiting.shift();
    if (next) next();
    else held = false;
  }

  return {
    async runExclusive(task) {
      await acquire();
      try {
        return await task();
      } finally {
        release();
      }
    },
  };
}
