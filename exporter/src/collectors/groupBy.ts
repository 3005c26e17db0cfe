import type { Sample } from "./metric";

interface Node<T> {
  readonly next: Map<string, Node<T>>;
  item?: T;
}

const newNode = <T>(): Node<T> => ({ next: new Map() });

/** A map whose keys are tuples of strings; its items are created on first use and keep that order. */
export class TupleMap<T extends object> {
  readonly #top = newNode<T>();
  readonly #all: T[] = [];

  getOrCreate(values: readonly string[], make: () => T): T {
    let node = this.#top;
    for (const value of values) {
      const next = node.next.get(value) ?? newNode<T>();
      node.next.set(value, next);
      node = next;
    }
    if (node.item === undefined) {
      node.item = make();
      this.#all.push(node.item);
    }
    return node.item;
  }

  values(): readonly T[] {
    return this.#all;
  }
}

/** Sums by labels; the samples are in order of first occurrence. All labels must have the same names, in one order. */
export class LabeledSums {
  readonly #sums = new TupleMap<{ readonly labels: Sample["labels"]; value: number }>();

  add(labels: Readonly<Record<string, string>>, amount: number): void {
    this.#sums.getOrCreate(Object.values(labels), () => ({ labels, value: 0 })).value += amount;
  }

  samples(): readonly Sample[] {
    return this.#sums.values();
  }
}

/** Counts `items` by their labels; the samples are in order of first occurrence. */
export function countBy<T>(items: readonly T[], labelsOf: (item: T) => Sample["labels"]): readonly Sample[] {
  const counts = new LabeledSums();
  for (const item of items) counts.add(labelsOf(item), 1);
  return counts.samples();
}
