import type { SeededRandom } from "@fedjoin/simulator";
import { victims, type Victim } from "./deployment";
import { create, destroy, type Operation } from "./operations";

/** Boundaries of one operation, one for each world: one kill interrupts them all. */
export interface Batch {
  readonly operation: Operation;
  readonly victim: Victim;
  readonly boundaries: readonly number[];
  /** What is run after the kill. */
  readonly recovery: readonly string[];
}

/** The requests of each operation, as runs without a kill sent them. */
export type Recording = ReadonlyMap<Operation, readonly string[]>;

/** Every boundary of every operation, with every victim and recovery, in batches of at most `size`. */
export function wholeMatrix(recording: Recording, size: number): Batch[] {
  return inOrder(
    [...recording].flatMap(([operation, requests]) =>
      victims.flatMap((victim) =>
        operation.recoveries.flatMap((recovery) =>
          strides(boundariesOf(requests), size).map((boundaries) => ({ operation, victim, boundaries, recovery })),
        ),
      ),
    ),
  );
}

/** One batch for each operation, with a victim and boundaries that the seed draws. */
export function sampledMatrix(recording: Recording, size: number, random: SeededRandom): Batch[] {
  return inOrder(
    [...recording].map(([operation, requests]) => ({
      operation,
      victim: random.pick(victims),
      recovery: random.pick(operation.recoveries),
      boundaries: latestFirst(random.sample(boundariesOf(requests), size)),
    })),
  );
}

/** Before each request, after its effect, and after the last answer. */
function boundariesOf(requests: readonly string[]): number[] {
  return Array.from({ length: 2 * requests.length + 1 }, (_, boundary) => boundary);
}

function strides(boundaries: readonly number[], size: number): number[][] {
  const count = Math.ceil(boundaries.length / size);
  return Array.from({ length: count }, (_, index) =>
    latestFirst(boundaries.filter((boundary) => boundary % count === index)),
  );
}

/** The engine compares the resources one after the other: one that is stopped there keeps back those after it. */
function latestFirst(boundaries: readonly number[]): number[] {
  return [...boundaries].sort((a, b) => b - a);
}

/** Each batch after one that leaves what it needs, as far as possible: a create, all that keeps the member, a delete, … */
function inOrder(batches: readonly Batch[]): Batch[] {
  const of = (wanted: (operation: Operation) => boolean) => batches.filter(({ operation }) => wanted(operation));
  const [creates, deletes] = [of((each) => each === create), of((each) => each === destroy)];
  const others = of((each) => each !== create && each !== destroy);
  const count = Math.max(creates.length, deletes.length, 1);
  return Array.from({ length: count }, (_, index) => [
    ...creates.slice(index, index + 1),
    ...(index === 0 ? others : []),
    ...deletes.slice(index, index + 1),
  ]).flat();
}
