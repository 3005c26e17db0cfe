import { median } from "../median";
import type { Held } from "./soak";

export interface Growth {
  readonly what: keyof Held;
  /** Medians of the first and of the last third of the cycles. */
  readonly first: number;
  readonly last: number;
  readonly isGrowing: boolean;
}

/** What medians of a process that does not grow may still differ by: memory by its collector, sockets by those kept idle. */
const tolerance: Readonly<Record<keyof Held, number>> = {
  rssBytes: 16 * 1024 * 1024,
  sockets: 3,
  timers: 2,
  sessions: 0,
};

/** Compares the first third of the cycles with the last one. The very first cycle only warms up, where there are others. */
export function growthOf(cycles: readonly Held[]): readonly Growth[] {
  const warm = cycles.length > 3 ? cycles.slice(1) : cycles;
  const third = Math.max(1, Math.floor(warm.length / 3));
  return (Object.keys(tolerance) as (keyof Held)[]).map((what) => {
    const values = warm.map((held) => held[what]);
    const [first, last] = [median(values.slice(0, third)), median(values.slice(-third))];
    return { what, first, last, isGrowing: last > first + tolerance[what] };
  });
}
