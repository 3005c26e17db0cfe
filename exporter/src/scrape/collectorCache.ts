import type { SampleFamily } from "../collectors/metric";
import { isRecent } from "./isRecent";

/** What a group gave when it last succeeded. */
export interface CachedFamilies {
  readonly families: readonly SampleFamily[];
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

/** True while a group with this interval need not be asked again. An interval of 0 is asked with every scrape. */
export function isFresh({ atMs }: CachedFamilies, intervalMs: number, nowMs: number): boolean {
  return isRecent(atMs, intervalMs, nowMs);
}

/** True while what a group gave may stand in for a failure: up to twice its interval, so that nothing is ever frozen. */
export function isUsableAfterFailure({ atMs }: CachedFamilies, intervalMs: number, nowMs: number): boolean {
  return isRecent(atMs, 2 * intervalMs, nowMs);
}
