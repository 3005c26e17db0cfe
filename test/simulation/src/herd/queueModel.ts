import { applyJitter, backoffSeconds } from "../../../../provider/src/federation/retry";
import { createSeededRandom, type SeededRandom } from "@fedjoin/simulator";
import type { Herd, HerdFigures } from "./herd";
import { createHeap } from "./heap";

/** The contract's limits (rest-api.md#concurrent-operations). */
const lockWaitMs = 20_000;
const callTimeoutMs = 10_000;
const kickHoldsMs = 11_000;

/** Messages that an exporter sends and receives before its site asks the master: with a login, and without. */
const waysToFirstJoin = 9;
const waysToRetry = 5;
/** Messages of a join in a stack, one after the other. */
const waysOfStackJoin = 18;

/** A request that arrives at the master's lock. */
interface Arrival {
  readonly atMs: number;
  /** Undefined for a kick. */
  readonly join: { readonly site: number; readonly sentMs: number; readonly retry: number } | undefined;
}

/** What becomes of a herd, computed from the master's queue alone. */
export function modelHerd(herd: Herd, seed: number): HerdFigures {
  const random = createSeededRandom(seed);
  return herd.by === "stack" ? oneByOne(herd, random) : atTheLock(herd, random);
}

function ways(count: number, latencyMs: number, random: SeededRandom): number {
  let ms = 0;
  for (let way = 0; way < count; way++) ms += 1 + random.below(latencyMs);
  return ms;
}

function oneByOne({ sites, latencyMs, kickMs, masterBackMs }: Herd, random: SeededRandom): HerdFigures {
  let ms = 0;
  for (let site = 0; site < sites; site++) ms += ways(waysOfStackJoin, latencyMs, random);
  const isKickInTheWay = kickMs !== undefined && kickMs >= masterBackMs && kickMs < masterBackMs + ms;
  return { joined: sites, wasted: 0, peakQueue: 1, stale: 0, lastJoinMs: ms + (isKickInTheWay ? kickHoldsMs : 0) };
}

function atTheLock(herd: Herd, random: SeededRandom): HerdFigures {
  const { sites, retry: policy, latencyMs, startWithinMs, masterBackMs, kickMs } = herd;
  const travel = (count: number): number => ways(count, latencyMs, random);
  const arrivals = createHeap<Arrival>(({ atMs }) => atMs);
  const send = (site: number, sentMs: number, retry: number): void => {
    arrivals.push({ atMs: sentMs + travel(1), join: { site, sentMs, retry } });
  };
  for (let site = 0; site < sites; site++) {
    send(site, (site / sites) * startWithinMs + travel(waysToFirstJoin), 0);
  }
  if (kickMs !== undefined) arrivals.push({ atMs: kickMs, join: undefined });

  const listed = new Set<number>();
  const queue = createQueue();
  let [sent, joined, stale, lastJoinMs] = [0, 0, 0, 0];
  const tryAgain = ({ site, retry }: NonNullable<Arrival["join"]>, failedMs: number): void => {
    if (retry >= policy.maxRetries) return;
    const pauseMs = applyJitter(backoffSeconds(policy, retry), policy.jitter, random) * 1000;
    send(site, failedMs + travel(1) + pauseMs + travel(waysToRetry), retry + 1);
  };

  for (let next = arrivals.pop(); next !== undefined; next = arrivals.pop()) {
    const { atMs, join } = next;
    if (join === undefined) {
      queue.enter(atMs, () => kickHoldsMs);
      continue;
    }
    sent++;
    if (atMs < masterBackMs) {
      tryAgain(join, atMs + travel(1));
      continue;
    }
    const isTaken = listed.has(join.site);
    // The master looks whether the site answers.
    const endMs = queue.enter(atMs, () => (isTaken ? 0 : travel(2)));
    const answerMs = (endMs ?? Infinity) + travel(1);
    const isHeard = answerMs <= join.sentMs + callTimeoutMs;
    if (endMs !== undefined && !isTaken) {
      listed.add(join.site);
      if (!isHeard) stale++;
    }
    if (!isHeard) tryAgain(join, join.sentMs + callTimeoutMs);
    else if (!isTaken) {
      joined++;
      lastJoinMs = Math.max(lastJoinMs, answerMs + travel(1));
    }
    // The exporter stops at a name that is taken (R7).
  }
  return {
    joined,
    stale,
    wasted: sent - joined,
    peakQueue: queue.peak(),
    lastJoinMs: joined === 0 ? undefined : lastJoinMs - masterBackMs,
  };
}

interface Queue {
  /** Returns when the request gives the lock back; undefined if it did not get it in time. */
  enter(atMs: number, holdMs: () => number): number | undefined;
  peak(): number;
}

/** The master's lock: one request at a time in order of arrival, which is the order of the calls. */
function createQueue(): Queue {
  /** When those that had to wait stop waiting, in order. */
  const waitEnds: number[] = [];
  let [first, freeMs, peak] = [0, 0, 0];
  return {
    enter(atMs, holdMs) {
      while (first < waitEnds.length && (waitEnds[first] ?? 0) <= atMs) first++;
      const startMs = Math.max(atMs, freeMs);
      if (startMs > atMs) waitEnds.push(Math.min(startMs, atMs + lockWaitMs));
      peak = Math.max(peak, waitEnds.length - first + 1);
      if (startMs > atMs + lockWaitMs) return undefined;
      freeMs = startMs + holdMs();
      return freeMs;
    },
    peak: () => peak,
  };
}
