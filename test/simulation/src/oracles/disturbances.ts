import type { WorldEvent } from "../trace/events";

/** Tells which processes ran alone and undisturbed, so that what they report must still hold when they end. */
export interface Disturbances {
  see(event: WorldEvent): void;
  /** When the process that ends began; `undefined` if another one ran beside it, or a disturbance fell into its time. */
  undisturbedSinceMs(end: WorldEvent & { type: "end" }): number | undefined;
}

/** Besides other processes and crashes, the events of `isDisturbance` disturb; an act does so until it ends. */
export function createDisturbances(isDisturbance: (event: WorldEvent) => boolean): Disturbances {
  const startMs = new Map<string, number>();
  let disturbedMs = -Infinity;
  let runningActs = 0;

  return {
    see(event) {
      const isOther = event.type === "start" && startMs.size > 0;
      const isCrash = event.type === "provider_end" || (event.type === "end" && event.how === "crashed");
      if (isOther || isCrash || isDisturbance(event)) disturbedMs = event.atMs;
      if (event.type === "start") startMs.set(event.process, event.atMs);
      if (event.type === "act" && isDisturbance(event)) {
        runningActs = event.phase === "begin" ? runningActs + 1 : Math.max(0, runningActs - 1);
      }
    },
    undisturbedSinceMs({ process, atMs }) {
      const isAlone = startMs.size === 1;
      const beganMs = startMs.get(process) ?? atMs;
      startMs.delete(process);
      return isAlone && runningActs === 0 && disturbedMs < beganMs ? beganMs : undefined;
    },
  };
}
