/** What tells one series of a family from another: so many parts of each sample, where an empty one counts as absent. */
export interface SeriesParts<S> {
  readonly count: number;
  readonly read: (sample: S, part: number) => string;
}

/** Collisions cannot be chosen by who does not know it. */
const seed = Math.trunc(Math.random() * 2 ** 32);
const prime = 0x01000193;

/**
 * Whether the sample at an index, asked in any order and once each, repeats the series of one asked before. Holds a
 * few numbers for each sample and makes nothing else, since a big cluster has a hundred thousand of them.
 */
export function createSeriesSet<S>(samples: readonly S[], { count, read }: SeriesParts<S>): (index: number) => boolean {
  const mask = 2 ** Math.ceil(Math.log2(2 * samples.length + 1)) - 1;
  /** Index and 1 of the sample that has the slot, 0 for none. */
  const slots = new Uint32Array(mask + 1);
  /** Its hash, so that samples of unequal hashes in neighbouring slots need not be compared. */
  const hashes = new Int32Array(mask + 1);

  const hashOf = (sample: S): number => {
    let hash = seed;
    for (let part = 0; part < count; part++) {
      const text = read(sample, part);
      hash = Math.imul(hash ^ text.length, prime);
      for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), prime);
    }
    return (hash ^ (hash >>> 15)) | 0;
  };

  const areSame = (a: S, b: S): boolean => {
    for (let part = 0; part < count; part++) if (read(a, part) !== read(b, part)) return false;
    return true;
  };

  return (index) => {
    const sample = samples[index];
    if (sample === undefined) return false;
    const hash = hashOf(sample);
    let slot = hash & mask;
    for (;;) {
      const other = samples[(slots[slot] ?? 0) - 1];
      if (other === undefined) break;
      if (hashes[slot] === hash && areSame(other, sample)) return true;
      slot = (slot + 1) & mask;
    }
    slots[slot] = index + 1;
    hashes[slot] = hash;
    return false;
  };
}
