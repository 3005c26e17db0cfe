/** What a label says of values that have no name of their own. */
export const other = "other";

/** `value` if it is one of `known`, else `other`. */
export const knownOrOther = (known: readonly string[], value: string): string =>
  known.includes(value) ? value : other;

/**
 * Creates a function that bounds the values of a label: the first `limit` different ones stay as they are, later ones and
 * empty ones become `other`. A counter needs that a value never changes sides.
 */
export function createLabelBound(limit: number): (value: string) => string {
  const kept = new Set<string>();
  return (value) => {
    if (value === "") return other;
    if (kept.size < limit) kept.add(value);
    return kept.has(value) ? value : other;
  };
}
