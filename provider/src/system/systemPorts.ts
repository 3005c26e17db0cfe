import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { NeuVectorError } from "../errors";
import { createHttpTransport, type HttpOptions } from "./http";
import type { Clock, Log, Ports, Random } from "../ports";

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      if (signal?.aborted === true) throw new NeuVectorError("cancelled", "stopped while waiting");
      throw error;
    }
  },
};

/** Cryptographic randomness. */
export const systemRandom: Random = { below: (bound) => randomInt(bound) };

/** The real world: the machine's clock, cryptographic randomness, HTTPS, and the given log. */
export function createSystemPorts(log: Log, options: HttpOptions = {}): Ports {
  return { clock: systemClock, random: systemRandom, transport: createHttpTransport(log, options), log };
}
