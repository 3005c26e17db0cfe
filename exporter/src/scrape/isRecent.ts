/** True if `atMs` is less than `limitMs` ago. A time in the future is not: the clock was set back, and nobody knows how far. */
export const isRecent = (atMs: number, limitMs: number, nowMs: number): boolean =>
  atMs <= nowMs && nowMs - atMs < limitMs;
