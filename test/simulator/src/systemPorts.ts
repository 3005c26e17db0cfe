import { randomBytes } from "node:crypto";
import type { Clock, Random } from "./core/ports";

/** The machine's clock and timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return {
      cancel: () => {
        clearTimeout(timer);
      },
    };
  },
};

export const systemRandom: Random = { bytes: (count) => randomBytes(count) };
