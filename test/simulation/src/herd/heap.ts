/** Items in the order of their keys, the smallest first. */
export interface Heap<T> {
  push(item: T): void;
  pop(): T | undefined;
}

/** A binary heap. */
export function createHeap<T>(keyOf: (item: T) => number): Heap<T> {
  const items: { readonly key: number; readonly item: T }[] = [];
  const keyAt = (index: number): number => items[index]?.key ?? Infinity;
  const swap = (one: number, other: number): void => {
    const [first, second] = [items[one], items[other]];
    if (first === undefined || second === undefined) return;
    items[one] = second;
    items[other] = first;
  };
  return {
    push(item) {
      items.push({ key: keyOf(item), item });
      for (let index = items.length - 1; index > 0;) {
        const parent = (index - 1) >> 1;
        if (keyAt(parent) <= keyAt(index)) return;
        swap(parent, index);
        index = parent;
      }
    },
    pop() {
      swap(0, items.length - 1);
      const top = items.pop();
      for (let index = 0; ;) {
        const left = 2 * index + 1;
        const child = keyAt(left) <= keyAt(left + 1) ? left : left + 1;
        if (keyAt(index) <= keyAt(child)) return top?.item;
        swap(index, child);
        index = child;
      }
    },
  };
}
