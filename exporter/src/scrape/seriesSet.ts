/** Where the search for a series begins cannot be chosen by who does not know it. */
const seed = Math.trunc(Math.random() * 2 ** 32);
const prime = 0x01000193;

/**
 * Whether a series, told from others by `width` numbers, was asked for before; up to `most` of them. Makes nothing for
 * a series, since a big cluster has a hundred thousand of them.
 */
export function createSeriesSet(most: number, width: number): (series: Uint32Array) => boolean {
  const mask = 2 ** Math.ceil(Math.log2(2 * most + 1)) - 1;
  /** The number of the series that has the slot, counted from 1; 0 for none. */
  const slots = new Uint32Array(mask + 1);
  const all = new Uint32Array(most * width);
  let count = 0;

  const slotOf = (series: Uint32Array): number => {
    let hash = seed;
    for (let part = 0; part < width; part++) {
      hash = Math.imul(hash ^ (series[part] ?? 0), prime);
      hash ^= hash >>> 15;
    }
    return hash & mask;
  };

  const isAt = (start: number, series: Uint32Array): boolean => {
    for (let part = 0; part < width; part++) if (all[start + part] !== series[part]) return false;
    return true;
  };

  return (series) => {
    let slot = slotOf(series);
    for (;;) {
      const number = slots[slot] ?? 0;
      if (number === 0) break;
      if (isAt((number - 1) * width, series)) return true;
      slot = (slot + 1) & mask;
    }
    all.set(series, count * width);
    slots[slot] = ++count;
    return false;
  };
}
