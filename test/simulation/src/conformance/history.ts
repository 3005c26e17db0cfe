import type { Program, Registration } from "../engine/program";
import type { ImportEntry, Run } from "../engine/run";
import { createUrn, type StackName, type Urn } from "../engine/urn";
import type { SeededRandom } from "@fedjoin/simulator";
import { drawProgram, drawValue, editProgram, pickOne } from "./drawProgram";
import { type Call, type Fault, keyOf, type Method, type Script } from "./thing";

/** What happens to one stack, run by run. */
export type History = readonly HistoryRun[];

export interface HistoryRun {
  readonly run: Run;
  readonly program: Program;
  readonly script: Script;
}

export const stack: StackName = { project: "conformance", stack: "test" };

/** A history that the seed decides. Half of them declare one resource after the other, the others all at once. */
export function drawHistory(random: SeededRandom, length: number): History {
  const isSequential = random.chance(60);
  const runs: HistoryRun[] = [];
  let program = drawProgram(random, isSequential);
  for (let index = 0; index < length; index++) {
    if (index > 0 && random.chance(70)) program = editProgram(random, program, isSequential);
    const run = index === 0 ? { operation: "up" as const } : drawRun(random, runs.at(-1)?.program ?? program, program);
    const script = drawScript(random, [...(runs.at(-1)?.program ?? []), ...program]);
    runs.push({ run: isSequential ? { ...run, parallel: 1 } : run, program, script });
  }
  return runs;
}

/** A history that imports resources, into an empty stack or beside others, and then declares them. */
export function drawImportHistory(random: SeededRandom): History {
  const declared = drawProgram(random, true).filter(({ component }) => component !== true);
  const program = declared.map(({ type, name, inputs }, index): Registration => {
    const plain = Object.entries(inputs).filter(([key]) => key !== "reference");
    const before = declared[index - 1]?.name;
    return { type, name, inputs: Object.fromEntries(plain), ...(before !== undefined && { awaits: [before] }) };
  });
  const script: Script = { gone: [], drifted: [] };
  const runOf = (run: Run): HistoryRun => ({ run: { ...run, parallel: 1 }, program, script });
  const up = runOf({ operation: "up" });
  const imports = [program.filter(() => random.chance(70)), program].filter((some) => some.length > 0);
  return [
    ...(random.chance(30) ? [up] : []),
    ...imports.map((some) => runOf({ operation: "import", imports: some.map((each) => entryOf(random, each)) })),
    ...[up, runOf({ operation: "refresh" })],
  ];
}

/** Most have the values of the program, a few have none or others. */
function entryOf(random: SeededRandom, { type, name, inputs }: Registration): ImportEntry {
  const found = random.chance(80) ? inputs : { ...inputs, value: drawValue(random) };
  const id = random.chance(90) ? `${name}-0` : `${name}-1`;
  return { type, name, id, ...(random.chance(90) && { inputs: found, outputs: { ...found, out: `${id}:x` } }) };
}

function drawRun(random: SeededRandom, before: Program, after: Program): Run {
  const urns = [...before, ...after].map((each) => urnIn(before.includes(each) ? before : after, each));
  const target = pickOne(random, urns) ?? "";
  const continueOnError = random.chance(15);
  const dependents = random.chance(40);
  const options: readonly [number, Run][] = [
    [40, { operation: "up", continueOnError }],
    [8, { operation: "up", refresh: true, continueOnError }],
    [4, { operation: "up", refresh: true, runProgram: true }],
    [10, { operation: "refresh" }],
    [4, { operation: "refresh", runProgram: true }],
    [3, { operation: "refresh", clearPendingCreates: true }],
    [3, { operation: "refresh", targets: [target], targetDependents: dependents }],
    [6, { operation: "destroy", continueOnError }],
    [4, { operation: "destroy", runProgram: true }],
    [4, { operation: "destroy", targets: [target], targetDependents: dependents }],
    [2, { operation: "destroy", excludes: [target], excludeDependents: dependents }],
    [7, { operation: "up", targets: [target], targetDependents: dependents }],
    [3, { operation: "up", excludes: [target], excludeDependents: dependents }],
    [5, { operation: "up", replaces: [target] }],
    [3, { operation: "up", targets: [target], replaces: [target] }],
    [4, { operation: "up", preview: true, refresh: dependents }],
  ];
  let left = random.below(options.reduce((sum, [weight]) => sum + weight, 0));
  return options.find(([weight]) => (left -= weight) < 0)?.[1] ?? { operation: "up" };
}

function urnIn(program: Program, { type, name, options }: Registration): Urn {
  const parent = program.find((each) => each.name === options?.parent);
  return createUrn(stack, type, name, parent && urnIn(program, parent));
}

function drawScript(random: SeededRandom, program: Program): Script {
  const keys = [
    ...new Set(program.flatMap(({ inputs }) => (typeof inputs["key"] === "string" ? [inputs["key"]] : []))),
  ];
  return {
    gone: random.chance(30) ? random.subset(keys, 30) : [],
    drifted: random.chance(30) ? random.subset(keys, 30) : [],
  };
}

/**
 * Breaks one of the calls that a run makes without it. Only where one thing happens after the other is it certain what
 * a failure stops.
 */
export function withFault(random: SeededRandom, run: HistoryRun, calls: readonly Call[]): HistoryRun {
  const changes = calls.filter(({ method }) => method !== "check" && method !== "diff");
  const call = pickOne(random, random.chance(85) ? changes : calls);
  if (call === undefined || run.run.parallel !== 1 || !random.chance(45)) return run;
  // With that, a failed delete before a replacement leaves the engine waiting forever.
  const hangs = run.run.continueOnError === true && run.run.operation === "up" && call.method === "delete";
  const fault: Fault = hangs
    ? { method: call.method, key: keyOf(call), kind: "fails and hangs" }
    : drawFault(random, call.method, keyOf(call));
  return { ...run, script: { ...run.script, fault } };
}

function drawFault(random: SeededRandom, method: Method, key: string): Fault {
  const kinds: [Fault["kind"], ...Fault["kind"][]] = [
    "fails",
    "fails",
    "is interrupted",
    "is killed before",
    "is killed after",
  ];
  const canLeaveHalf = method === "create" || method === "update";
  return { method, key, kind: random.pick(canLeaveHalf ? [...kinds, "leaves half", "leaves half"] : kinds) };
}
