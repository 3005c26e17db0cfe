import type { Clock } from "../neuvector/ports";

/**
 * A site waits 10 s for its master's answer to a join (rest-api.md#joining). Until then the master can list a site that
 * still calls itself standalone.
 */
const joinGracePeriodMs = 11_000;

/** How long entries of a master's list have been known. */
export interface JoinGracePeriods {
  /**
   * From when on a site that calls itself standalone proves that it will not become this entry. The first call for an
   * entry, made when the master lists it, starts its time.
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
