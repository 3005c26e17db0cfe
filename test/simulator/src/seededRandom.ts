/** Randomness that a seed decides. */
export interface SeededRandom {
  /** A whole number in `[0, bound)`. */
  below(bound: number): number;
  /** True in `percent` of a hundred cases. */
  chance(percent: number): boolean;
  /** One of the items, of which there must be at least one. */
  pick<T>(items: readonly T[]): T;
  /** `count` different items, or all if there are fewer. */
  sample<T>(items: readonly T[], count: number): T[];
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
    pick: <T>(items: readonly T[]): T => {
      const [picked] = items.slice(below(items.length));
      if (picked === undefined) throw new Error("nothing to pick from");
      return picked;
    },
    sample: (items, count) => {
      const rest = [...items];
      return Array.from({ length: Math.min(count, rest.length) }, () => rest.splice(below(rest.length), 1)).flat();
    },
    subset: (items, percent) => items.filter(() => below(100) < percent),
    bytes: (count) => new Uint8Array(count).map(() => next() & 0xff),
    fork: (label) => createSeededRandom(hash32(label, seed)),
  };
}

/** FNV-1a over the UTF-16 units of a text. */
function hash32(text: string, start = 0): number {
  let hash = (0x811c9dc5 ^ start) >>> 0;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}
