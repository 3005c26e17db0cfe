import type { Drift, MemberRow } from "./memberRows";

/** All values of `Drift`, in the order of the columns. */
export const drifts = ["none", "missing", "changed", "declared_twice", "unknown"] as const satisfies readonly Drift[];

/** The number of members of a stack, in total and by drift. */
export type StackTotals = Readonly<Record<Drift, number>> & { readonly stack: string; readonly members: number };

/** Counts members by stack, sorted by name, including stacks without members. */
export function totalsByStack(rows: readonly MemberRow[], empty: readonly string[]): StackTotals[] {
  const stacks = [...new Set([...rows.map(({ stack }) => stack), ...empty])].toSorted();
  return stacks.map((stack) => {
    const own = rows.filter((row) => row.stack === stack);
    const number = (drift: Drift): number => own.filter((row) => row.drift === drift).length;
    return {
      stack,
      members: own.length,
      none: number("none"),
      missing: number("missing"),
      changed: number("changed"),
      declared_twice: number("declared_twice"),
      unknown: number("unknown"),
    };
  });
}
