import { setTimeout as sleep } from "node:timers/promises";
import { killProcesses } from "../support/processTree";
import { violationsOf } from "./check";
import { type Deployment, urnOf } from "./deployment";
import type { Operation } from "./operations";
import type { Batch } from "./killPlan";
import { boundaryTitle, createStop, type Stop } from "./stop";
import type { World } from "./world";

/** Runs an operation in all worlds, without a kill, and gives the requests it sent. @throws Error if anything is wrong. */
export async function runUndisturbed(
  deployment: Deployment,
  worlds: readonly World[],
  operation: Operation,
): Promise<readonly string[]> {
  await change(deployment, worlds, operation);
  for (const { gate } of worlds) gate.open();
  const { code, stdout, stderr } = await deployment.run(operation.args(worlds.map(({ name }) => urnOf(name))));
  if (code !== 0) throw new Error(`${operation.title}: exit code ${code}\n${stdout}${stderr}`);
  const wrong = worlds.flatMap((world) => violationsOf(world, operation, deployment.resourcesOf(world)));
  if (wrong.length > 0) throw new Error(`${operation.title}: ${wrong.join("\n")}`);
  const sequences = worlds.map(({ gate }) => gate.requests.map(({ title }) => title));
  // A world that had to ask once more than the others has the boundaries of all.
  return sequences.reduce((longest, each) => (each.length > longest.length ? each : longest), []);
}

/** What one kill showed. */
export interface BatchResult {
  readonly violations: readonly string[];
  /** Boundaries at which no world was when the kill came. */
  readonly unreached: readonly number[];
}

/** Interrupts an operation in each world at its boundary, recovers as a user would, and checks every world. */
export async function runBatch(
  deployment: Deployment,
  worlds: readonly World[],
  { operation, victim, boundaries, recovery }: Batch,
  requests: readonly string[],
): Promise<BatchResult> {
  await change(deployment, worlds, operation);
  const attempts = worlds.map((world, index) => {
    const boundary = boundaries[index] ?? 2 * requests.length;
    const stop = boundary < 2 * requests.length ? createStop(boundary) : undefined;
    world.gate.open(stop);
    return { world, boundary, stop };
  });
  const run = deployment.start(operation.args(worlds.map(({ name }) => urnOf(name))));
  const survivors = (await isAtStops(attempts, run.ended)) ? await run.kill(victim) : [];
  const late = attempts.filter(
    ({ world, stop }) => stop !== undefined && world.gate.requests.length !== stop.request + 1,
  );
  for (const { world, stop } of attempts) {
    world.gate.calm();
    stop?.release(victim === "cli" ? "continue" : "drop");
  }
  await run.ended;
  await deployment.cancelIfLocked();
  const { code, stdout, stderr } = await deployment.run(recovery);
  await untilQuiet(worlds, 1);
  killProcesses(survivors);
  const title = `${operation.title}, then ${recovery.join(" ")}, ${victim} killed`;
  const failure = code === 0 ? [] : [`${title}: ended with ${code}\n${stdout}${stderr}`];
  return {
    unreached: late.map(({ boundary }) => boundary),
    violations: [
      ...failure,
      ...attempts.flatMap(({ world, boundary }) => {
        const where = boundaryTitle(requests, boundary);
        const violations = violationsOf(world, operation, deployment.resourcesOf(world));
        return violations.map((violation) => `${title} ${where}: ${violation}`);
      }),
    ],
  };
}

let changes = 0;

async function change(deployment: Deployment, worlds: readonly World[], operation: Operation): Promise<void> {
  changes++;
  for (const world of worlds) await operation.change(world, changes);
  await deployment.declare(worlds);
}

interface Attempt {
  readonly world: World;
  readonly stop: Stop | undefined;
}

/**
 * Resolves to true once every world is at its stop, or as many as can be while those hold the others up; to false if the
 * run ends.
 */
async function isAtStops(attempts: readonly Attempt[], ended: Promise<unknown>): Promise<boolean> {
  const stops = attempts.flatMap(({ stop }) => (stop === undefined ? [] : [stop]));
  const settled = new AbortController();
  const isOver = ended.then(() => false);
  const isReached = Promise.all(stops.map(({ reached }) => reached)).then(() => stops.length > 0 || isOver);
  const isHeldUp = Promise.race(stops.map(({ reached }) => reached))
    .then(() =>
      untilQuiet(
        attempts.map(({ world }) => world),
        4,
        stops,
        settled.signal,
      ),
    )
    .then(() => true);
  try {
    return await Promise.race([isOver, isReached, isHeldUp]);
  } finally {
    settled.abort();
  }
}

/** Resolves once no world has got a request for so many seconds, and none works on one but at a stop. */
async function untilQuiet(
  worlds: readonly World[],
  seconds: number,
  stops: readonly Stop[] = [],
  signal?: AbortSignal,
): Promise<void> {
  const count = () => worlds.reduce((sum, { gate }) => sum + gate.requests.length, 0);
  const isWorking = () =>
    worlds.reduce((sum, { gate }) => sum + gate.inFlight, 0) > stops.filter((stop) => stop.isReached()).length;
  for (let before = -1; before !== count() || isWorking();) {
    before = count();
    await sleep(seconds * 1_000, undefined, { signal }).catch(() => undefined);
    if (signal?.aborted === true) return;
  }
}
