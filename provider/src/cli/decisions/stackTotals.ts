import type { Drift, MemberRow } from "./memberInventory";

/** All of `Drift`, in the order of the columns. */
export const drifts = ["none", "missing", "changed", "declared_twice", "unknown"] as const satisfies readonly Drift[];

/** So many members of a stack, and of each drift. */
export type StackTotals = Readonly<Record<Drift, number>> & { readonly stack: string; readonly members: number };

/** The stacks in the order of their names. Those without a member count too: somebody may have emptied one. */
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
