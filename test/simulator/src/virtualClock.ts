import type { Clock } from "./core/ports";

/** A clock that stands still until a test moves it. */
export interface VirtualClock extends Clock {
  /** Lets this much time pass, running every timer that falls due and all that follows from it. */
  readonly advance: (durationMs: number) => Promise<void>;
}

export function createVirtualClock(start: number): VirtualClock {
  let nowMs = start;
  let order = 0;
  const timers = new Map<number, { readonly dueMs: number; readonly task: () => void }>();
  return {
    now: () => nowMs,
    after(delayMs, task) {
      const id = order++;
      timers.set(id, { dueMs: nowMs + delayMs, task });
      return { cancel: () => void timers.delete(id) };
    },
    async advance(durationMs) {
      const endMs = nowMs + durationMs;
      for (;;) {
        await settle();
        const next = [...timers].filter(([, { dueMs }]) => dueMs <= endMs).sort(earliestFirst)[0];
        if (!next) break;
        const [id, { dueMs, task }] = next;
        timers.delete(id);
        nowMs = dueMs;
        task();
      }
      nowMs = endMs;
    },
  };
}

function earliestFirst([a, x]: [number, { dueMs: number }], [b, y]: [number, { dueMs: number }]): number {
  return x.dueMs - y.dueMs || a - b;
}

/** Lets every promise that can go on do so: nothing in memory waits for real time. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
