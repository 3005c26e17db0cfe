import type { RunReport } from "../scenarios/simulate";

/** A failing run reduced to what it needs. */
export interface Shrunk<T> {
  readonly input: T;
  readonly report: RunReport;
}

/**
 * Removes one part after the other as long as the run still violates the same oracle. `withoutEach` gives the smaller
 * inputs, the most promising first.
 */
export async function shrink<T>(
  input: T,
  run: (input: T) => Promise<RunReport>,
  withoutEach: (input: T) => readonly T[],
): Promise<Shrunk<T>> {
  let best = { input, report: await run(input) };
  const oracle = best.report.violations[0]?.oracle;
  for (let isSmaller = oracle !== undefined; isSmaller;) {
    isSmaller = false;
    for (const candidate of withoutEach(best.input)) {
      const report = await run(candidate);
      if (!report.violations.some((violation) => violation.oracle === oracle)) continue;
      best = { input: candidate, report };
      isSmaller = true;
      break;
    }
  }
  return best;
}

/** The list without each of its items. */
export function withoutOne<T>(items: readonly T[]): T[][] {
  return items.map((_, index) => items.filter((_each, other) => other !== index));
}
