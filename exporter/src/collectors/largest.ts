export interface Largest<T> {
  /** In the order in which they were given. */
  readonly kept: readonly T[];
  /** How many were left out. */
  readonly dropped: number;
}

/** The `limit` items of the greatest `size`; of equal ones those that come first. */
export function largest<T>(items: readonly T[], limit: number, size: (item: T) => number): Largest<T> {
  if (items.length <= limit) return { kept: items, dropped: 0 };
  const ranked = items.map((item, index) => ({ item, index, size: size(item) }));
  ranked.sort((a, b) => b.size - a.size || a.index - b.index);
  const kept = ranked.slice(0, limit).sort((a, b) => a.index - b.index);
  return { kept: kept.map(({ item }) => item), dropped: items.length - limit };
}
