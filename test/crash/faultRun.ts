import { injectFault, createSeededRandom } from "@fedjoin/simulator";
import { type Deployed, destroy as destroyStored, refresh, type StoredResource, up } from "../support/memoryEngine";
import type { ResourceLifecycle } from "../../provider/src/resources/shared/resourceLifecycle";
import { violationsOf } from "./check";
import { cellsOf, faultCases, type FaultCell, read } from "./faultCells";
import { faultKinds } from "./faultKinds";
import { destroy } from "./operations";
import { withProvider } from "./providerRun";
import { inputsOf, startWorld, type World } from "./world";

export interface FaultOptions {
  /** Cells under way at the same time, each in a world of its own. */
  readonly worlds: number;
  readonly seed: number;
  /** How many cells the seed draws; all of them by default. */
  readonly cells?: number | undefined;
  readonly say: (line: string) => void;
}

export interface FaultResult {
  readonly cells: number;
  /** How many there are in all. */
  readonly known: number;
  /** Cells whose first run failed. */
  readonly failed: number;
  readonly violations: readonly string[];
}

/** Lets a fault happen to a request, checks what that leaves, and whether a second run heals it, cell by cell. */
export async function runFaults({ worlds: size, seed, cells: count, say }: FaultOptions): Promise<FaultResult> {
  const worlds = await Promise.all(Array.from({ length: size }, (_, index) => startWorld(`w${index}`)));
  try {
    const known = await recordCells(worlds);
    const cells = createSeededRandom(seed).sample(known, count ?? known.length);
    const violations: string[] = [];
    let failed = 0;
    let previous: readonly Attempt[] = [];
    const end = (attempts: readonly Attempt[]): void => {
      for (const violation of attempts.flatMap((each) => each.violations)) {
        violations.push(violation);
        say(violation);
      }
    };
    for (let from = 0; from < cells.length; from += size) {
      const attempts = await turnOver(worlds, previous, cells.slice(from, from + size));
      end(previous);
      failed += await runCells(attempts);
      previous = attempts;
      say(`${from + attempts.length} of ${cells.length} cells`);
    }
    await turnOver(worlds, previous, []);
    end(previous);
    return { cells: cells.length, known: known.length, failed, violations };
  } finally {
    await Promise.all(worlds.map((world) => world.close()));
  }
}

/** A cell in its world. */
interface Attempt {
  readonly world: World;
  readonly cell: FaultCell;
  stored: StoredResource | undefined;
  /** How the last run ended. */
  error: unknown;
  readonly violations: string[];
}

function attemptsOf(worlds: readonly World[], cells: readonly FaultCell[]): Attempt[] {
  return worlds.flatMap((world, index) => {
    const cell = cells[index];
    return cell === undefined ? [] : [{ world, cell, stored: undefined, error: undefined, violations: [] }];
  });
}

/** Runs every case without a fault, which tells the requests that a fault can happen to. */
async function recordCells(worlds: World[]): Promise<FaultCell[]> {
  const cells: FaultCell[] = [];
  for (let from = 0; from < faultCases.length; from += worlds.length) {
    const cases = faultCases.slice(from, from + worlds.length);
    const attempts = await turnOver(
      worlds,
      [],
      cases.map((faultCase) => ({ faultCase, request: 0, kind: "no fault" })),
    );
    await runAll(attempts);
    for (const attempt of attempts) checkHealed(attempt);
    const recorded = attempts.flatMap(({ world, cell }) => cellsOf(cell.faultCase, world.gate.requests.length));
    cells.push(...recorded);
    await turnOver(worlds, attempts, []);
    const [violation] = attempts.flatMap(({ violations }) => violations);
    if (violation !== undefined) throw new Error(violation);
  }
  return cells;
}

/** Gives the number of runs that failed by their fault. */
async function runCells(attempts: readonly Attempt[]): Promise<number> {
  for (const { world, cell } of attempts) {
    const fault = faultKinds[cell.kind];
    if (fault === undefined) throw new Error(`no fault ${cell.kind}`);
    world.gate.open({ request: cell.request, intercept: injectFault(fault) });
  }
  await runAll(attempts);
  const failed = attempts.filter(({ error }) => error !== undefined);
  for (const attempt of failed) checkMessage(attempt);
  await runAll(attempts);
  const refused = attempts.filter(({ error }) => messageOf(error).includes("refused them before"));
  if (refused.length > 0) await runWithPreviousPassword(refused);
  for (const attempt of attempts) checkHealed(attempt);
  return failed.length;
}

/** What the message asks for: a run with the previous password, then one with the new one. */
async function runWithPreviousPassword(attempts: readonly Attempt[]): Promise<void> {
  const passwords = attempts.map(({ world }) => world.declared.password);
  for (const { world } of attempts) world.declared = { ...world.declared, password: world.previousPassword };
  await runAll(attempts);
  for (const [index, { world }] of attempts.entries()) {
    world.declared = { ...world.declared, password: passwords[index] ?? "" };
  }
  await runAll(attempts);
}

let changes = 0;

/** Runs the operation of every attempt in one new process, as one run of the CLI. */
function runAll(attempts: readonly Attempt[]): Promise<unknown> {
  return withProvider((lifecycle) => Promise.all(attempts.map((attempt) => run(lifecycle, attempt))));
}

async function prepare(lifecycle: ResourceLifecycle, attempt: Attempt): Promise<void> {
  const { world, cell } = attempt;
  const { operation, route } = cell.faultCase;
  world.declared = { ...world.declared, route };
  world.gate.open();
  if (operation.from === "member") attempt.stored = succeed(await up(lifecycle, undefined, inputsOf(world)));
  await operation.change(world, ++changes);
  if (operation.title.includes("kick") && attempt.stored !== undefined) {
    attempt.stored = succeed(await refresh(lifecycle, attempt.stored));
  }
  world.gate.open();
}

/** Runs the operation of a cell; what it leaves in the state and its error are the attempt's. */
async function run(lifecycle: ResourceLifecycle, attempt: Attempt): Promise<void> {
  const { operation } = attempt.cell.faultCase;
  const { stored } = attempt;
  const deployed = await deploy();
  attempt.stored = deployed.kept;
  attempt.error = deployed.error;

  function deploy(): Promise<Deployed> {
    if (operation === destroy || operation === read) {
      if (stored === undefined) return Promise.resolve({ kept: undefined });
      return operation === read ? refresh(lifecycle, stored) : destroyStored(lifecycle, stored);
    }
    return up(lifecycle, stored, inputsOf(attempt.world));
  }
}

const adviceOrReference = /See https:\/\/\S+\.md#[\w-]+|run (pulumi )?up/i;

function checkMessage({ cell, error, violations }: Attempt): void {
  const message = messageOf(error);
  if (!adviceOrReference.test(message)) violations.push(`${titleOf(cell)}: no hint: ${message}`);
}

function checkHealed({ world, cell, stored, error, violations }: Attempt): void {
  const found = violationsOf(world, cell.faultCase.operation, stored === undefined ? [] : [stored]);
  if (error !== undefined) found.unshift(`the second run failed: ${messageOf(error)}`);
  violations.push(...found.map((each) => `${titleOf(cell)}: ${each}`));
}

/** Ends what attempts left, which must leave nothing, and brings the worlds of the next to where their operation begins. */
async function turnOver(worlds: World[], ended: readonly Attempt[], next: readonly FaultCell[]): Promise<Attempt[]> {
  return withProvider(async (lifecycle) => {
    await Promise.all(ended.map((attempt) => tidy(lifecycle, attempt)));
    for (const { world, violations } of ended) {
      if (violations.length === 0) continue;
      await world.close();
      worlds.splice(worlds.indexOf(world), 1, await startWorld(world.name));
    }
    const attempts = attemptsOf(worlds, next);
    await Promise.all(attempts.map((attempt) => prepare(lifecycle, attempt)));
    return attempts;
  });
}

async function tidy(lifecycle: ResourceLifecycle, { world, cell, stored, violations }: Attempt): Promise<void> {
  world.gate.open();
  const { error } = stored === undefined ? {} : await destroyStored(lifecycle, stored);
  const found = violationsOf(world, destroy, []);
  if (error !== undefined) found.unshift(messageOf(error));
  violations.push(...found.map((each) => `${titleOf(cell)}, then destroy: ${each}`));
}

function succeed({ kept, error }: Deployed): StoredResource | undefined {
  if (error !== undefined) throw new Error(messageOf(error));
  return kept;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "";
}

function titleOf({ faultCase: { operation, route }, request, kind }: FaultCell): string {
  return `${operation.title} by the ${route}, request ${request + 1}: ${kind}`;
}
