import { GroupBy } from "./groupBy";
import type { Sample } from "./metric";

/** Counts `items` by their labels; the samples are in order of first occurrence. */
export function countBy<T>(items: readonly T[], labelsOf: (item: T) => Sample["labels"]): readonly Sample[] {
  const counts = new GroupBy<{ readonly labels: Sample["labels"]; value: number }>();
  for (const item of items) {
    const labels = labelsOf(item);
    counts.getOrCreate(Object.values(labels), () => ({ labels, value: 0 })).value++;
  }
  return counts.values();
}
