import type { Clock } from "./core/ports";

/** A clock that stands still until a test advances it. */
export interface VirtualClock extends Clock {
  /** Lets this much time pass, running every timer that falls due and all that follows from it. */
  readonly advance: (durationMs: number) => Promise<void>;
  /** Lets time pass, from one timer to the next, until `work` settles. */
  readonly advanceUntil: <T>(work: Promise<T>) => Promise<T>;
  /** Runs the earliest timer that is due by then, and all that follows from it at once; false if there is none. */
  readonly runNext: (byMs: number) => Promise<boolean>;
}

interface Timer {
  readonly dueMs: number;
  /** Undefined once cancelled. */
  task: (() => void) | undefined;
}

/** `settle` lets every promise that can go on do so; by default, real I/O that is due too. */
export function createVirtualClock(startMs: number, settle = nextTurn): VirtualClock {
  let nowMs = startMs;
  /** The latest first, and of those due at the same time the last that was set. */
  const timers: Timer[] = [];

  const add = (timer: Timer): void => {
    let [low, high] = [0, timers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((timers[middle]?.dueMs ?? 0) > timer.dueMs) low = middle + 1;
      else high = middle;
    }
    timers.splice(low, 0, timer);
  };
  /** Runs the earliest timer that is due by then; false when there is none. */
  const fireNext = (byMs: number): boolean => {
    for (let next = timers.at(-1); next !== undefined && next.dueMs <= byMs; next = timers.at(-1)) {
      timers.pop();
      if (next.task === undefined) continue;
      nowMs = Math.max(nowMs, next.dueMs);
      next.task();
      return true;
    }
    return false;
  };

  return {
    now: () => nowMs,
    after(delayMs, task) {
      const timer: Timer = { dueMs: nowMs + delayMs, task };
      add(timer);
      return { cancel: () => (timer.task = undefined) };
    },
    async advance(durationMs) {
      const endMs = nowMs + durationMs;
      do await settle();
      while (fireNext(endMs));
      nowMs = endMs;
    },
    async runNext(byMs) {
      const hasFired = fireNext(byMs);
      await settle();
      return hasFired;
    },
    async advanceUntil(work) {
      const progress = { isOver: false };
      const end = (): void => {
        progress.isOver = true;
      };
      work.then(end, end);
      for (;;) {
        await settle();
        if (progress.isOver) return work;
        fireNext(Infinity);
      }
    },
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Resolves once no promise can go on, where nothing waits for real I/O: cheaper than a turn of the event loop. */
export function promisesSettled(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}
