import { pluralize } from "../format";

/** What a change of many is carried out with. */
export interface WaveDeps {
  /** What the change still has to be made for. */
  readonly pending: () => Promise<readonly string[]>;
  /** Makes the change for these. Failures show in what is pending afterwards. */
  readonly apply: (targets: readonly string[]) => Promise<void>;
  /** Gets a line at the begin and at the end of each wave. */
  readonly log: (line: string) => void;
}

export interface WaveLimits {
  /** So many at once. */
  readonly waveSize: number;
  /** A wave after which more than so many have failed is the last one. */
  readonly maxFailures: number;
  /** So many waves are tried; all of them where it is not said. */
  readonly maxWaves?: number | undefined;
}

/** What is known of each target once a change has ended. */
export interface WavesResult {
  readonly done: readonly string[];
  readonly failed: readonly string[];
  /** Not tried; after an interruption also the wave under way, of which nobody knows yet. */
  readonly left: readonly string[];
  /** What ended it: every wave was tried, too many failed, so many waves as were asked for, or a signal. */
  readonly end: "all_tried" | "too_many_failed" | "waves" | "interrupted";
}

/** The targets in waves, in their order. */
export function splitIntoWaves(targets: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(targets.length / size) }, (_, wave) =>
    targets.slice(wave * size, (wave + 1) * size),
  );
}

/**
 * Carries a change out wave by wave. What is pending is asked anew each time, so that it keeps no state: started again
 * after an interruption, it goes on with what is left. A failed target is not tried twice in one run. After `signal`
 * nothing more is asked or begun; what is under way is waited for.
 */
export async function runWaves(
  { waveSize, maxFailures, maxWaves = Infinity }: WaveLimits,
  world: WaveDeps,
  signal?: AbortSignal,
): Promise<WavesResult> {
  const waves = splitIntoWaves(await world.pending(), waveSize);
  const done: string[] = [];
  const failed: string[] = [];
  for (const [index, wave] of waves.entries()) {
    if (index >= maxWaves) return { done, failed, left: waves.slice(index).flat(), end: "waves" };
    const name = `wave ${index + 1} of ${waves.length}`;
    world.log(`${name}: ${pluralize(wave.length, "member")}`);
    if (signal?.aborted !== true) await world.apply(wave);
    if (signal?.aborted === true) return { done, failed, left: waves.slice(index).flat(), end: "interrupted" };
    const still = new Set(await world.pending());
    for (const target of wave) (still.has(target) ? failed : done).push(target);
    const left = waves.slice(index + 1).flat();
    world.log(`${name} ended: ${done.length} done, ${failed.length} failed, ${left.length} left`);
    if (failed.length > maxFailures) return { done, failed, left, end: "too_many_failed" };
  }
  return { done, failed, left: [], end: "all_tried" };
}
