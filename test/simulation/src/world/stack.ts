import type { Program } from "../engine/program";
import type { Result, Run } from "../engine/run";
import { runEngine } from "../engine/runEngine";
import { emptyState, type EngineState, type StateResource } from "../engine/state";
import { createUrn } from "../engine/urn";
import type { ProcessEnd } from "../trace/events";
import { createFedJoinProvider, lifecycleDeps } from "./fedJoinProvider";
import type { Process } from "./process";
import { fedJoinInputs, fedJoinType, type DeclaredFedJoin } from "./program";
import type { World } from "./world";

/** A stack of Pulumi: a program, a state in its backend, and the commands that run on them, one at a time. */
export interface Stack {
  readonly name: string;
  /** What the program declares now. */
  declared: readonly DeclaredFedJoin[];
  /** What it declared when a whole `up` last succeeded. */
  readonly applied: readonly DeclaredFedJoin[];
  readonly state: EngineState;
  /** Runs a command; resolves when its process ended. `onStart` gets the process. */
  run(run: Run, onStart?: (process: Process) => void): Promise<StackRun>;
}

export interface StackRun {
  readonly how: ProcessEnd;
  readonly errors: readonly string[];
}

export function createStack(name: string, world: World): Stack {
  const stackName = { project: "fedjoin", stack: name };
  let state: EngineState = emptyState(stackName);
  let runs = 0;
  let applied: readonly DeclaredFedJoin[] = [];
  let queue: Promise<unknown> = Promise.resolve();

  const checkpointOf =
    (process: Process) =>
    async (next: EngineState): Promise<void> => {
      const { schedule, recorder } = world;
      if (!process.isAlive()) return new Promise(() => undefined);
      const step = schedule.nextStep();
      const planned = schedule.takeAtCheckpoint(step);
      if (planned !== undefined) recorder.record({ type: "fault", step, kind: planned.kind });
      if (planned?.isWritten !== false) {
        state = next;
        recorder.record({ type: "checkpoint", step, process: process.name, state: next });
      }
      if (planned !== undefined) {
        process.crash();
        return new Promise(() => undefined);
      }
    };

  const stack: Stack = {
    name,
    declared: [],
    get applied() {
      return applied;
    },
    get state() {
      return state;
    },
    run(run, onStart) {
      const next = queue.then(async () => {
        const process = world.spawn({ name: `${name}#${++runs}`, command: describeRun(run) });
        onStart?.(process);
        const deps = lifecycleDeps(process, secretOf(world));
        const provider = createFedJoinProvider(deps, process, world.recorder);
        const { declared } = stack;
        const program = toProgram(stack, world);
        let result: Result | undefined;
        const person = run.continueOnError === true ? interruptIfStuck(process, world) : undefined;
        const how = await process.run(async () => {
          const hooks = { checkpoint: checkpointOf(process), cancel: process.signal };
          result = await runEngine(run, program, state, provider, hooks);
          return { how: result.succeeded ? "succeeded" : "failed", problems: result.errors };
        });
        person?.leave();
        const isWhole = run.operation === "up" && run.preview !== true && run.targets === undefined;
        if (how === "succeeded" && isWhole) applied = declared;
        return { how, errors: result?.errors ?? [] };
      });
      queue = next.catch(() => undefined);
      return next;
    },
  };
  return stack;
}

const patienceMs = 10 * 60_000;

/**
 * A person who presses Ctrl-C when a command waits without an operation under way: the engine does so forever if a delete
 * before a replacement fails with `--continue-on-error`.
 */
function interruptIfStuck({ name, interrupt }: Process, { network, recorder }: World): { readonly leave: () => void } {
  const count = (type: "call" | "result"): number =>
    recorder.events.filter((event) => event.type === type && event.process === name).length;
  const look = (): void => {
    if (count("call") === count("result")) interrupt();
    else timer = network.clock.after(patienceMs, look);
  };
  let timer = network.clock.after(patienceMs, look);
  return {
    leave: () => {
      timer.cancel();
    },
  };
}

function toProgram({ declared, state }: Stack, world: World): Program {
  return declared.map(({ name, inputs, options }) => {
    const urn = createUrn(state, fedJoinType, name);
    return {
      type: fedJoinType,
      name,
      inputs: fedJoinInputs(inputs, urn, world),
      ...(options !== undefined && { options }),
    };
  });
}

/** The environment of our processes: `PASSWORD_<host>` holds the password of our account at that host. */
export function secretOf({ controllers }: World): (variable: string) => string | undefined {
  return (variable) => {
    const host = variable
      .replace(/^PASSWORD_/, "")
      .toLowerCase()
      .replace("_", ".");
    const password = controllers.password(host);
    return password === "" ? undefined : password;
  };
}

function describeRun({ operation, refresh, preview, targets, replaces, continueOnError }: Run): string {
  const flags = [
    preview === true ? "--preview-only" : "",
    refresh === true ? "--refresh" : "",
    continueOnError === true ? "--continue-on-error" : "",
    ...(targets ?? []).map((urn) => `--target ${urn}`),
    ...(replaces ?? []).map((urn) => `--replace ${urn}`),
  ];
  return ["pulumi", operation, ...flags.filter((flag) => flag !== "")].join(" ");
}

/** The FedJoin of this name in the state, apart from those that wait to be deleted. */
export function resourceNamed({ state }: Stack, name: string): StateResource | undefined {
  return state.resources.find(({ urn, delete: isDeleted }) => urn.endsWith(`::${name}`) && !isDeleted);
}
