import type { Sample } from "./metric";

/** How many of `items` have the same labels, as samples in the order in which they first came. */
export function countedBy<T>(items: readonly T[], labelsOf: (item: T) => Sample["labels"]): Sample[] {
  const counts = new Map<string, { readonly labels: Sample["labels"]; value: number }>();
  for (const item of items) {
    const labels = labelsOf(item);
    const key = JSON.stringify(labels);
    const count = counts.get(key);
    if (count === undefined) counts.set(key, { labels, value: 1 });
    else count.value++;
  }
  return [...counts.values()];
}
