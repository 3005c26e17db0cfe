import type { Clock } from "../neuvector/ports";

/**
 * A site waits 10 s for its master's response to a join (rest-api.md#joining). During that time the master can list a site that
 * still calls itself standalone.
 */
const joinGracePeriodMs = 11_000;

/** Tracks how long entries have been on a master's list. */
export interface JoinGracePeriods {
  /**
   * Returns the time from which a standalone site proves that this entry is stale, in milliseconds since the epoch. The
   * first call for an entry starts its grace period; make it when the master lists the entry.
   */
  endOf(clusterId: string): number;
}

export function createJoinGracePeriods(clock: Clock): JoinGracePeriods {
  const listedSince = new Map<string, number>();
  return {
    endOf(clusterId) {
      const since = listedSince.get(clusterId) ?? clock.now();
      listedSince.set(clusterId, since);
      return since + joinGracePeriodMs;
    },
  };
}
