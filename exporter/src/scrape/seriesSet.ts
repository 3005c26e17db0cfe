/** Random, so that nobody can choose label values that collide. */
const seed = Math.trunc(Math.random() * 2 ** 32);
const prime = 0x01000193;
const initialCapacity = 64;

/**
 * A set of series, each a tuple of `width` numbers. Returns a function that adds a series and is true if it was new.
 * An open-addressing hash table in two arrays, since a set of strings would cost a tenth of a large scrape.
 */
export function createSeriesSet(width: number): (series: Uint32Array) => boolean {
  let capacity = initialCapacity;
  let size = 0;
  /** The series one after the other, with room for one more behind them. */
  let series = new Uint32Array((capacity + 1) * width);
  /** Indexes into `series`, counted from 1; 0 in a free slot. At least half of the slots are free. */
  let slots = new Uint32Array(2 * capacity);

  const isEqual = (one: number, other: number): boolean => {
    for (let at = 0; at < width; at++) if (series[one * width + at] !== series[other * width + at]) return false;
    return true;
  };

  const hash = (index: number): number => {
    let result = seed;
    for (let at = index * width; at < (index + 1) * width; at++) {
      result = Math.imul(result ^ (series[at] ?? 0), prime);
      result ^= result >>> 15;
    }
    return result;
  };

  /** The slot of the series with this index, or the free one that it would get. */
  const findSlot = (index: number): number => {
    for (let slot = hash(index); ; slot++) {
      slot &= slots.length - 1;
      const entry = slots[slot] ?? 0;
      if (entry === 0 || isEqual(entry - 1, index)) return slot;
    }
  };

  const grow = (): void => {
    const previous = series;
    capacity *= 4;
    series = new Uint32Array((capacity + 1) * width);
    series.set(previous);
    slots = new Uint32Array(2 * capacity);
    for (let index = 0; index < size; index++) slots[findSlot(index)] = index + 1;
  };

  return (added) => {
    if (size === capacity) grow();
    series.set(added, size * width);
    const slot = findSlot(size);
    if (slots[slot] !== 0) return false;
    slots[slot] = ++size;
    return true;
  };
}
