/** Holds work back while frozen. */
export interface Freezer {
  /** Resolves at once while not frozen, else on resume, in order of asking. */
  readonly whenRunning: () => Promise<void>;
  freeze(): void;
  resume(): void;
}

export function createFreezer(): Freezer {
  let isFrozen = false;
  let waiting: (() => void)[] = [];
  return {
    whenRunning: () => (isFrozen ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
    freeze() {
      isFrozen = true;
    },
    resume() {
      isFrozen = false;
      const released = waiting;
      waiting = [];
      for (const release of released) release();
    },
  };
}
