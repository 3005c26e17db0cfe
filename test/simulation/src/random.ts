/** Randomness that a seed decides. */
export interface SeededRandom {
  /** A whole number in `[0, bound)`. */
  below(bound: number): number;
  /** True in `percent` of a hundred cases. */
  chance(percent: number): boolean;
  pick<T>(items: readonly [T, ...T[]]): T;
  /** Some of the items, each with this chance, in their order. */
  subset<T>(items: readonly T[], percent: number): T[];
  bytes(count: number): Uint8Array;
  /** Another source, which this label and the seed decide. */
  fork(label: string): SeededRandom;
}

/** Mulberry32: 32 bits of state, fast, and good enough to draw schedules. */
export function createSeededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (bound: number): number => Math.floor((next() / 2 ** 32) * bound);
  return {
    below,
    chance: (percent) => below(100) < percent,
    pick: ([first, ...rest]) => {
      const index = below(rest.length + 1);
      return index === 0 ? first : (rest[index - 1] ?? first);
    },
    subset: (items, percent) => items.filter(() => below(100) < percent),
    bytes: (count) => Uint8Array.from({ length: count }, () => next() & 0xff),
    fork: (label) => createSeededRandom(hash32(label, seed)),
  };
}

/** FNV-1a over the UTF-16 units of a text. */
export function hash32(text: string, start = 0): number {
  let hash = (0x811c9dc5 ^ start) >>> 0;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}
