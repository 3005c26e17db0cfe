/** A source of numbers that the seed alone decides. */
export interface SeededRandom {
  /** A whole number from 0 to `below - 1`. */
  integer(below: number): number;
  pick<T>(list: readonly T[]): T;
  /** `count` different elements, or all if there are fewer. */
  sample<T>(list: readonly T[], count: number): T[];
}

/** Mulberry32. */
export function createSeededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (below: number): number => Math.floor(next() * below);
  const pick = <T>(list: readonly T[]): T => {
    const [picked] = list.slice(integer(list.length));
    if (picked === undefined) throw new Error("nothing to pick from");
    return picked;
  };
  return {
    integer,
    pick,
    sample(list, count) {
      const rest = [...list];
      return Array.from({ length: Math.min(count, rest.length) }, () => rest.splice(integer(rest.length), 1)).flat();
    },
  };
}
