import type { RetryPolicy } from "../../../../provider/src/values/retry";

/** Sites without a membership that all want to join one master, which comes back after an outage. */
export interface Herd {
  readonly sites: number;
  /** The exporters of the sites, each for itself, or one stack of Pulumi with all of them. */
  readonly by: "exporters" | "stack";
  readonly retry: RetryPolicy;
  /** The longest way of a message in one direction. A join holds the master's lock for two ways on average. */
  readonly latencyMs: number;
  /** Exporters start evenly spread over this time. A stack starts when the master is back. */
  readonly startWithinMs: number;
  readonly masterBackMs: number;
  /** When somebody removes a dead member from the master, which takes 11 s. */
  readonly kickMs: number | undefined;
}

export interface HerdFigures {
  readonly joined: number;
  /** Joins that were sent, apart from those that made a member. */
  readonly wasted: number;
  /** The most requests that waited for the master's lock or held it at a time. */
  readonly peakQueue: number;
  /** Entries on the master's list without a member behind them. */
  readonly stale: number;
  /** From the return of the master to the last join; undefined if nobody joined. */
  readonly lastJoinMs: number | undefined;
}

/** Joins in a minute, from the return of the master to the last join. */
export function joinsPerMinute({ joined, lastJoinMs }: HerdFigures): number {
  return lastJoinMs === undefined ? 0 : joined / (lastJoinMs / 60_000);
}
