import { applyStep } from "./apply";
import { Checkpoints } from "./checkpoints";
import { Deployment, refreshAll } from "./deployment";
import { Executor } from "./executor";
import type { Mode } from "./generator";
import { planImports } from "./imports";
import { invalidity } from "./integrity";
import { type Live, liveOf } from "./live";
import type { Program } from "./program";
import { Bail, createBase, Progress } from "./progress";
import type { Provider } from "./provider";
import type { Hooks, Result, Run, Step } from "./run";
import type { EngineState } from "./state";
import { answerOf, type PlannedStep, resourceOf, urnOf } from "./steps";
import { Targets } from "./targets";

const defaultParallel = 16;

/**
 * Runs a command of the CLI on a state; resolves however it ends. Never sets a timer: only its provider and hooks take
 * time. As the engine does, it waits forever if a delete before a replacement fails with `--continue-on-error`.
 */
export async function runEngine(
  run: Run,
  program: Program,
  state: EngineState,
  provider: Provider,
  hooks: Hooks,
): Promise<Result> {
  const invalid = invalidity(state.resources);
  if (invalid !== undefined) return { succeeded: false, state, steps: [], errors: [`refusing to use it: ${invalid}`] };
  const engine = new Engine(run, program, state, provider, hooks);
  const succeeded = await engine.execute();
  return { succeeded, state: engine.state(), steps: engine.steps, errors: engine.errors };
}

class Engine {
  readonly steps: Step[] = [];
  readonly #checkpoints: Checkpoints;
  readonly #targets: Targets;
  #progress: Progress;

  constructor(
    private readonly run: Run,
    private readonly program: Program,
    private readonly before: EngineState,
    private readonly provider: Provider,
    private readonly hooks: Hooks,
  ) {
    const resources = before.resources.map(liveOf);
    const clears = run.operation === "refresh" && run.clearPendingCreates === true;
    // The others are forgotten: what they are about is in the state anyhow.
    const pending = before.pendingOperations
      .filter(({ type }) => type === "creating" && !clears)
      .map(({ type, resource }) => ({ type, resource: liveOf(resource) }));
    this.#checkpoints = new Checkpoints(before, resources, pending, (state) =>
      run.preview === true ? undefined : hooks.checkpoint(state),
    );
    this.#targets = new Targets(run);
    this.#progress = this.#progressFrom(resources);
  }

  get errors(): string[] {
    return this.#progress.errors;
  }

  state(): EngineState {
    return this.run.preview === true ? this.before : this.#checkpoints.state();
  }

  async execute(): Promise<boolean> {
    const succeeded = await this.#execute().catch((error: unknown) => {
      if (!(error instanceof Bail)) this.errors.push(messageOf(error));
      return false;
    });
    if (this.run.preview !== true) {
      await this.#checkpoints.flush().catch((error: unknown) => this.errors.push(messageOf(error)));
    }
    return succeeded && this.errors.length === 0;
  }

  async #execute(): Promise<boolean> {
    const { operation, refresh = false, runProgram = false } = this.run;
    if (operation !== "up") this.#refuseUnknown(["targets", "excludes"]);
    if (operation === "import") return this.#import();
    const refreshes = operation === "refresh" || refresh;
    const refreshesFirst = refreshes && (!runProgram || operation === "destroy");
    if (refreshesFirst && !(await this.#refreshFirst())) return false;
    if (operation === "refresh" && !runProgram) return true;
    this.#refuseUnknown(["replaces"]);
    return this.#deploy(refreshes && !refreshesFirst);
  }

  /** Reads the resources from before the run, and continues with what they are now. */
  async #refreshFirst(): Promise<boolean> {
    const { base } = this.#progress;
    if (base.resources.length === 0) return true;
    this.#refuseUnknown(["targets", "excludes"]);
    const executor = this.#executor(true);
    this.#checkpoints.base = await refreshAll(executor, base.resources, this.#targets.refreshed(base.resources));
    const { errors } = this;
    this.#progress = this.#progressFrom(this.#checkpoints.base);
    this.errors.push(...errors);
    return isClean(executor);
  }

  async #deploy(refreshesWithProgram: boolean): Promise<boolean> {
    const { operation, runProgram } = this.run;
    const modes: Partial<Record<Run["operation"], Mode>> = {
      refresh: "refresh",
      ...(runProgram && { destroy: "destroy" }),
    };
    const executor = this.#executor(false);
    const deps = {
      progress: this.#progress,
      executor,
      checkpoints: this.#checkpoints,
      choose: (count: number) => this.hooks.choose?.(count) ?? 0,
    };
    const runsProgram = operation === "up" || runProgram === true;
    const deployment = new Deployment(deps, modes[operation] ?? "update");
    await deployment.run(runsProgram ? this.program : [], refreshesWithProgram);
    return isClean(executor);
  }

  async #import(): Promise<boolean> {
    const executor = this.#executor(true);
    for (const batch of planImports(this.#progress, this.run.imports ?? [])) {
      await executor.submitAll(batch);
      await executor.idle();
      if (executor.errors.length > 0) break;
    }
    return isClean(executor);
  }

  #executor(ignoreErrors: boolean): Executor<PlannedStep> {
    const { parallel = defaultParallel, continueOnError = false } = this.run;
    return new Executor<PlannedStep>(
      { parallel: Math.max(1, parallel), ignoreErrors, continueOnError },
      async (step) => {
        try {
          await applyStep(step, { ...this.#progress.steps, deletes: this.#progress.deletes });
        } catch (error) {
          this.errors.push(messageOf(error));
          throw error;
        }
        this.steps.push({ op: opOf(step), urn: urnOf(step) });
      },
      (step) => {
        if ("pending" in step) step.pending.done(answerOf(resourceOf(step), "failed"));
      },
      this.hooks.cancel,
    );
  }

  #progressFrom(resources: readonly Live[]): Progress {
    const base = createBase(resources);
    return new Progress(this.run, this.before, base, this.#targets, {
      provider: this.provider,
      checkpoints: this.#checkpoints,
      preview: this.run.preview === true,
      news: new Map(),
      olds: base.current,
    });
  }

  #refuseUnknown(kinds: Parameters<Targets["unknown"]>[1]): void {
    const unknown = this.#progress.unknownOf(kinds);
    if (unknown === undefined) return;
    this.errors.push(unknown);
    throw new Bail(unknown);
  }
}

const isClean = ({ errors, cancelled }: Executor<PlannedStep>): boolean => errors.length === 0 && !cancelled.aborted;

function opOf(step: PlannedStep): Step["op"] {
  if (step.op === "create" && step.old !== undefined) return "create-replacement";
  if (step.op === "delete" && step.replacing) return "delete-replaced";
  return step.op === "import" && step.original !== undefined ? "import-replacement" : step.op;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
