/** What a change of many is carried out with. */
export interface RolloutWorld {
  /** What the change still has to be made for. */
  readonly pending: () => Promise<readonly string[]>;
  /** Makes the change for these. Failures show in what is pending afterwards. */
  readonly apply: (targets: readonly string[]) => Promise<void>;
}

export interface RolloutLimits {
  /** So many at once. */
  readonly waveSize: number;
  /** A wave after which more than so many have failed is the last one. */
  readonly maxFailures: number;
}

/** What is known of each target once a change has ended. */
export interface Rollout {
  readonly done: readonly string[];
  readonly failed: readonly string[];
  /** Not tried, since too many failed; after an interruption also the wave under way, of which nobody knows yet. */
  readonly left: readonly string[];
  readonly isInterrupted: boolean;
}

/** The targets in waves, in their order. */
export function wavesOf(targets: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(targets.length / size) }, (_, wave) =>
    targets.slice(wave * size, (wave + 1) * size),
  );
}

/**
 * Carries a change out wave by wave. What is pending is asked anew each time, so that it keeps no state: started again
 * after an interruption, it goes on with what is left. A failed target is not tried twice in one run. After `signal`
 * nothing more is asked or begun; what is under way is waited for.
 */
export async function rollOut(
  { waveSize, maxFailures }: RolloutLimits,
  world: RolloutWorld,
  signal?: AbortSignal,
): Promise<Rollout> {
  const waves = wavesOf(await world.pending(), waveSize);
  const done: string[] = [];
  const failed: string[] = [];
  for (const [index, wave] of waves.entries()) {
    if (signal?.aborted !== true) await world.apply(wave);
    if (signal?.aborted === true) return { done, failed, left: waves.slice(index).flat(), isInterrupted: true };
    const still = new Set(await world.pending());
    for (const target of wave) (still.has(target) ? failed : done).push(target);
    if (failed.length > maxFailures) {
      return { done, failed, left: waves.slice(index + 1).flat(), isInterrupted: false };
    }
  }
  return { done, failed, left: [], isInterrupted: false };
}
