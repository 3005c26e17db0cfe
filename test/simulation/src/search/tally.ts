/** What a command came to. */
export interface Tally {
  readonly runs: number;
  readonly violations: number;
  /** Pairs of faults that were run, and those that were to be. */
  readonly pairs: number;
  readonly allPairs: number;
  readonly found: number;
  readonly planted: number;
}

export const nothing: Tally = { runs: 0, violations: 0, pairs: 0, allPairs: 0, found: 0, planted: 0 };

export function add(one: Tally, other: Tally): Tally {
  return {
    runs: one.runs + other.runs,
    violations: one.violations + other.violations,
    pairs: one.pairs + other.pairs,
    allPairs: one.allPairs + other.allPairs,
    found: one.found + other.found,
    planted: one.planted + other.planted,
  };
}

/** The last line of a command. */
export function formatTally({ runs, violations, pairs, allPairs, found, planted }: Tally): string {
  return `${runs} runs, ${violations} violations, ${pairs}/${allPairs} pairs, ${found}/${planted} planted bugs found`;
}

export function isGood({ violations, pairs, allPairs, found, planted }: Tally): boolean {
  return violations === 0 && pairs === allPairs && found === planted;
}
