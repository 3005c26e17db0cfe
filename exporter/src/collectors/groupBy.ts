interface Node<T> {
  readonly next: Map<string, Node<T>>;
  item?: T;
}

const newNode = <T>(): Node<T> => ({ next: new Map() });

/** One `T` for each combination of texts, made when it is first asked for; in that order. */
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
