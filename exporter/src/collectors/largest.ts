export interface Largest<T> {
  /** In input order. */
  readonly kept: readonly T[];
  /** The number of omitted items. */
  readonly dropped: number;
}

/** The `limit` largest items by `size`; of equal ones, the first. */
export function largest<T>(items: readonly T[], limit: number, size: (item: T) => number): Largest<T> {
  if (items.length <= limit) return { kept: items, dropped: 0 };
  const ranked = items.map((item, index) => ({ item, index, size: size(item) }));
  ranked.sort((a, b) => b.size - a.size || a.index - b.index);
  const kept = ranked.slice(0, limit).sort((a, b) => a.index - b.index);
  return { kept: kept.map(({ item }) => item), dropped: items.length - limit };
}
