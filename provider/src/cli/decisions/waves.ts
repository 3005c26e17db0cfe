import { pluralize } from "../format";

export interface WaveDeps {
  /** Lists the targets with a pending change. */
  readonly pending: () => Promise<readonly string[]>;
  /** Applies the change to these targets. Those that fail are still pending afterwards. */
  readonly apply: (targets: readonly string[]) => Promise<void>;
  /** Prints a line before and after each wave. */
  readonly log: (line: string) => void;
}

export interface WaveLimits {
  /** Targets per wave. */
  readonly waveSize: number;
  /** No further wave starts once more targets than this have failed. */
  readonly maxFailures: number;
  /** Number of waves to try; default: all. */
  readonly maxWaves?: number | undefined;
}

/** The targets after a rollout, by outcome. */
export interface WavesResult {
  readonly done: readonly string[];
  readonly failed: readonly string[];
  /** Not tried; after an interruption also those of the current wave, whose outcome is unknown. */
  readonly left: readonly string[];
  /** Why it ended: every wave was tried, too many targets failed, `maxWaves`, or a signal. */
  readonly end: "all_tried" | "too_many_failed" | "waves" | "interrupted";
}

/** Splits the targets into waves, in order. */
export function splitIntoWaves(targets: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(targets.length / size) }, (_, wave) =>
    targets.slice(wave * size, (wave + 1) * size),
  );
}

/**
 * Applies pending changes wave by wave. It reads what is pending before each wave and keeps no state: started again
 * after an interruption, it continues with the rest. It tries a failed target only once in a run. After `signal` it
 * waits for the current wave and starts nothing more.
 */
export async function runWaves(
  { waveSize, maxFailures, maxWaves = Infinity }: WaveLimits,
  deps: WaveDeps,
  signal?: AbortSignal,
): Promise<WavesResult> {
  const waves = splitIntoWaves(await deps.pending(), waveSize);
  const done: string[] = [];
  const failed: string[] = [];
  for (const [index, wave] of waves.entries()) {
    if (index >= maxWaves) return { done, failed, left: waves.slice(index).flat(), end: "waves" };
    const name = `wave ${index + 1} of ${waves.length}`;
    deps.log(`${name}: ${pluralize(wave.length, "member")}`);
    if (signal?.aborted !== true) await deps.apply(wave);
    if (signal?.aborted === true) return { done, failed, left: waves.slice(index).flat(), end: "interrupted" };
    const stillPending = new Set(await deps.pending());
    for (const target of wave) (stillPending.has(target) ? failed : done).push(target);
    const left = waves.slice(index + 1).flat();
    deps.log(`${name} ended: ${done.length} done, ${failed.length} failed, ${left.length} left`);
    if (failed.length > maxFailures) return { done, failed, left, end: "too_many_failed" };
  }
  return { done, failed, left: [], end: "all_tried" };
}
