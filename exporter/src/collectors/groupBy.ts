interface Node<T> {
  readonly next: Map<string, Node<T>>;
  item?: T;
}

const newNode = <T>(): Node<T> => ({ next: new Map() });

/** One item per combination of texts, created on first use and kept in that order. */
export class GroupBy<T extends object> {
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
