import type { RateLimit } from "../webConfig/webConfig";

/** A token bucket, initially full. `now` is in milliseconds. */
export interface RateLimiter {
  /** Takes a token; false if none is left. */
  allows(now: number): boolean;
}

export function createRateLimiter({ intervalMs, burst }: RateLimit): RateLimiter {
  let tokens = burst;
  let countedAt: number | undefined;
  return {
    allows(now) {
      // A clock set back adds no tokens and removes none.
      tokens = Math.min(burst, tokens + Math.max(0, now - (countedAt ?? now)) / intervalMs);
      countedAt = now;
      if (tokens < 1) return false;
      tokens--;
      return true;
    },
  };
}
