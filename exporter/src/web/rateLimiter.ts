import type { RateLimit } from "../webConfig/webConfig";

/** A bucket of tokens, full at first. `now` is in milliseconds. */
export interface RateLimiter {
  /** Takes a token; false when there is none. */
  allows(now: number): boolean;
}

export function createRateLimiter({ intervalMs, burst }: RateLimit): RateLimiter {
  let tokens = burst;
  let countedAt: number | undefined;
  return {
    allows(now) {
      // A clock that was set back gives nothing, and takes nothing.
      tokens = Math.min(burst, tokens + Math.max(0, now - (countedAt ?? now)) / intervalMs);
      countedAt = now;
      if (tokens < 1) return false;
      tokens--;
      return true;
    },
  };
}
