/** Where the search for a series begins cannot be chosen by who does not know it. */
const seed = Math.trunc(Math.random() * 2 ** 32);
const prime = 0x01000193;
const firstRoom = 64;

/**
 * Whether a series, told from others by `width` numbers, was asked for before. Makes nothing for a series, since a big
 * cluster has a hundred thousand of them.
 */
export function createSeriesSet(width: number): (series: Uint32Array) => boolean {
  let room = firstRoom;
  /** One series after the other; behind them there is room for one that is asked for. */
  let all = new Uint32Array(room * width);
  /** The number of the series that has the slot, counted from 1; 0 for none. At least half of them are free. */
  let slots = new Uint32Array(2 * room);
  let count = 0;

  const isSame = (one: number, other: number): boolean => {
    for (let part = 0; part < width; part++) if (all[one + part] !== all[other + part]) return false;
    return true;
  };

  /** The slot that the series at `start` has, or would get. */
  const slotOf = (start: number): number => {
    let slot = hashOf(all, start, width);
    for (;;) {
      slot &= slots.length - 1;
      const number = slots[slot] ?? 0;
      if (number === 0 || isSame((number - 1) * width, start)) return slot;
      slot++;
    }
  };

  const grow = (): void => {
    const before = all;
    room *= 4;
    all = new Uint32Array(room * width);
    all.set(before);
    slots = new Uint32Array(2 * room);
    for (let index = 0; index < count; index++) slots[slotOf(index * width)] = index + 1;
  };

  return (series) => {
    if (count === room) grow();
    const start = count * width;
    // A loop, since a call of `set` takes longer for so few.
    for (let part = 0; part < width; part++) all[start + part] = series[part] ?? 0;
    const slot = slotOf(start);
    if (slots[slot] !== 0) return true;
    slots[slot] = ++count;
    return false;
  };
}

function hashOf(all: Uint32Array, start: number, width: number): number {
  let hash = seed;
  for (let part = 0; part < width; part++) {
    hash = Math.imul(hash ^ (all[start + part] ?? 0), prime);
    hash ^= hash >>> 15;
  }
  return hash;
}
