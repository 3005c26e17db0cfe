import { NeuVectorError, type Clock } from "@fedjoin/provider/neuvector";

/** A clock on which sleeping takes no time: `sleep` moves it forward. Begins at 0. */
export function createInstantClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    sleep(ms, signal) {
      if (signal?.aborted === true) return Promise.reject(new NeuVectorError("cancelled", "stopped while waiting"));
      now += ms;
      return Promise.resolve();
    },
  };
}
