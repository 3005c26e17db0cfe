import { dynamicProvider } from "../engine/dynamicProvider";
import type { EngineState } from "../engine/state";
import { runEngine } from "../engine/runEngine";
import type { OutputReference, Program, Registration } from "../engine/program";
import type { HistoryRun } from "./history";
import { type Call, createThing, thingType } from "./thing";

/** What a run leaves behind, on the model or on the CLI. */
export interface Outcome {
  readonly calls: readonly Call[];
  readonly state: EngineState;
  readonly succeeded: boolean;
  /** How often each key was created, over the history. */
  readonly created: Readonly<Record<string, number>>;
}

export type Before = Pick<Outcome, "state" | "created">;

/** A run on the model for each order of what the engine leaves to chance, at most `limit` of them. */
export async function* modelRuns(run: HistoryRun, before: Before, limit: number): AsyncGenerator<Outcome> {
  let count = 0;
  for (const program of run.run.parallel === 1 ? [run.program] : orders(run.program)) {
    for await (const outcome of runsOf({ ...run, program }, before, limit - count)) {
      yield outcome;
      if (++count >= limit) return;
    }
  }
}

/** A run on the model, in the order that it prefers. */
export const firstRun = (run: HistoryRun, before: Before): Promise<Outcome> => modelRun(run, before, () => 0);

/** The program in every order in which its registrations may arrive. */
function* orders(program: Program, first: Program = []): Generator<Program> {
  if (program.length === 0) yield first;
  const isFree = ({ inputs, options = {} }: Registration) => {
    const references = Object.values(inputs).map((value) => (value as Partial<OutputReference> | null)?.outputOf);
    const { parent, deletedWith, dependsOn = [], replaceWith = [], aliases = [] } = options;
    const formerParents = aliases.map((alias) => (typeof alias === "string" ? undefined : alias.parent));
    const names = [...references, parent, deletedWith, ...dependsOn, ...replaceWith, ...formerParents];
    return !program.some(({ name }) => names.includes(name));
  };
  for (const next of program.filter(isFree)) {
    yield* orders(
      program.filter((each) => each !== next),
      [...first, next],
    );
  }
}

async function* runsOf(run: HistoryRun, before: Before, limit: number): AsyncGenerator<Outcome> {
  let choices: number[] | undefined = [];
  for (let count = 0; choices !== undefined && count < limit; count++) {
    const taken: { choice: number; of: number }[] = [];
    const planned: readonly number[] = choices;
    yield await modelRun(run, before, (of) => {
      const choice = planned[taken.length] ?? 0;
      taken.push({ choice, of });
      return choice;
    });
    choices = nextChoices(taken);
  }
}

function nextChoices(taken: readonly { choice: number; of: number }[]): number[] | undefined {
  const last = taken.findLastIndex(({ choice, of }) => choice + 1 < of);
  if (last < 0) return undefined;
  return taken.slice(0, last + 1).map(({ choice }, index) => (index === last ? choice + 1 : choice));
}

async function modelRun(
  { run, program, script }: HistoryRun,
  before: Before,
  choose: (count: number) => number,
): Promise<Outcome> {
  const calls: Call[] = [];
  const created: Record<string, number> = { ...before.created };
  let { state } = before;
  let killed: () => void = () => undefined;
  const kill = new Promise<"killed">((resolve) => {
    killed = () => {
      resolve("killed");
    };
  });
  const interrupted = new AbortController();
  const thing = createThing({
    script,
    record: (call) => calls.push(call),
    count: (key) => (created[key] = (created[key] ?? 0) + 1),
    interrupt: () => {
      interrupted.abort();
      return Promise.resolve();
    },
    // Nothing here takes time: what can go on has ended by then.
    interruptLater: () =>
      setImmediate(() => {
        interrupted.abort();
      }),
    kill: () => {
      killed();
      return new Promise(() => undefined);
    },
  });
  const checkpoint = (written: EngineState) => {
    state = written;
  };
  const provider = dynamicProvider({ [thingType]: thing });
  const hooks = { checkpoint, choose, cancel: interrupted.signal };
  const result = await Promise.race([kill, runEngine(run, program, before.state, provider, hooks)]);
  return { calls, state, succeeded: result !== "killed" && result.succeeded, created };
}
