import { endpointOf, type Message, type WorldEvent } from "../trace/events";

const changes: ReadonlySet<string> = new Set(["POST /v1/fed/join", "POST /v1/fed/leave", "DELETE /v1/fed/cluster/:id"]);
/** The longest that a controller works on one of them, the wait for its lock included. */
const longestChangeMs = 60_000;

/** Tells which processes ran alone and undisturbed, so that what they report must still hold when they end. */
export interface Disturbances {
  see(event: WorldEvent): void;
  /** When the process that ends began; `undefined` if another one ran beside it, or a disturbance fell into its time. */
  undisturbedSinceMs(end: WorldEvent & { type: "end" }): number | undefined;
}

/**
 * Besides other processes and crashes, the events of `isDisturbance` disturb; an act does so until it ends. What a crashed
 * process left under way at a controller disturbs until it is done: nobody can see it coming.
 */
export function createDisturbances(isDisturbance: (event: WorldEvent) => boolean): Disturbances {
  const startMs = new Map<string, number>();
  let disturbedMs = -Infinity;
  let runningActs = 0;
  const crashed = new Set<string>();
  const underWay = new Map<Message, number>();
  const isLeftUnderWay = (nowMs: number): boolean =>
    [...underWay].some(([{ from }, sinceMs]) => crashed.has(from) && nowMs - sinceMs < longestChangeMs);

  return {
    see(event) {
      const isOther = event.type === "start" && startMs.size > 0;
      const isCrash = event.type === "provider_end" || (event.type === "end" && event.how === "crashed");
      if (isCrash) crashed.add(event.process);
      if (event.type === "arrival" && event.message.isOurs && changes.has(endpointOf(event.message))) {
        underWay.set(event.message, event.atMs);
      }
      const isEnd = (event.type === "response" || event.type === "loss") && underWay.delete(event.message);
      const isLate = isEnd && crashed.has(event.message.from);
      if (isOther || isCrash || isLate || isDisturbance(event)) disturbedMs = event.atMs;
      if (event.type === "start") startMs.set(event.process, event.atMs);
      if (event.type === "act" && isDisturbance(event)) {
        runningActs = event.phase === "begin" ? runningActs + 1 : Math.max(0, runningActs - 1);
      }
    },
    undisturbedSinceMs({ process, atMs }) {
      const isAlone = startMs.size === 1;
      const beganMs = startMs.get(process) ?? atMs;
      startMs.delete(process);
      return isAlone && runningActs === 0 && !isLeftUnderWay(atMs) && disturbedMs < beganMs ? beganMs : undefined;
    },
  };
}
