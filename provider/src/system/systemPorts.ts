import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { NeuVectorError } from "../errors/neuVectorError";
import { createHttpTransport, type HttpTransportOptions } from "../neuvector/transport/httpTransport";
import type { Clock, Log, Ports, Random } from "../neuvector/ports";

/** The longest that a timer can wait, 24.8 days; a longer one would end at once. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await delay(Math.min(ms, longestTimerMs), undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      if (signal?.aborted === true) throw new NeuVectorError("cancelled", "stopped while waiting");
      throw error;
    }
  },
};

/** Cryptographic randomness. */
export const systemRandom: Random = { below: (bound) => randomInt(bound) };

/** The real world: the machine's clock, cryptographic randomness, HTTPS, and the given log. */
export function createSystemPorts(log: Log, options: HttpTransportOptions = {}): Ports {
  return { clock: systemClock, random: systemRandom, transport: createHttpTransport(log, options), log };
}
