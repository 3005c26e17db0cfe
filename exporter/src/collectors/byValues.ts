type Level<T> = Map<string, Level<T> | T>;

/** One `T` for each combination of texts, made when it is first asked for; in that order. */
export class ByValues<T extends object> {
  readonly #top: Level<T> = new Map();
  readonly #all: T[] = [];

  /** The one of `values`, of which there are as many each time, at least one. */
  of(values: readonly string[], make: () => T): T {
    let level = this.#top;
    const last = values.length - 1;
    for (let index = 0; index < last; index++) {
      const value = values[index] ?? "";
      let next = level.get(value) as Level<T> | undefined;
      if (next === undefined) level.set(value, (next = new Map()));
      level = next;
    }
    const value = values[last] ?? "";
    let found = level.get(value) as T | undefined;
    if (found === undefined) {
      found = make();
      level.set(value, found);
      this.#all.push(found);
    }
    return found;
  }

  all(): readonly T[] {
    return this.#all;
  }
}
