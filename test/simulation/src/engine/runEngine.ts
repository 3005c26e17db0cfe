import { answerOf, applyStep, type PlannedStep, resourceOf, urnOf } from "./apply";
import { Checkpoints, withoutDanglingReferences } from "./checkpoints";
import { deleteBatches, planDeletes } from "./deletes";
import { aborted, Executor } from "./executor";
import { Generator, type Mode } from "./generator";
import { planImports } from "./imports";
import { liveOf } from "./live";
import type { Program } from "./program";
import { Bail, createBase, Progress } from "./progress";
import type { Provider } from "./provider";
import { runProgram } from "./registrations";
import type { Hooks, Result, Run, Step } from "./run";
import type { EngineState } from "./state";
import { Targets } from "./targets";

const defaultParallel = 16;

/** Runs a command of the CLI on a state; resolves however it ends. Never sets a timer: only its provider and hooks take time. */
export async function runEngine(
  run: Run,
  program: Program,
  state: EngineState,
  provider: Provider,
  hooks: Hooks,
): Promise<Result> {
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
    const pending = before.pendingOperations
      .filter(({ type }) => type === "creating" && !(run.operation === "refresh" && run.clearPendingCreates === true))
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
    if (this.run.preview !== true) await this.#checkpoints.flush();
    return succeeded && this.errors.length === 0;
  }

  async #execute(): Promise<boolean> {
    const { run } = this;
    if (run.operation !== "up") this.#refuseUnknown(["targets", "excludes"], false);
    if (run.operation === "import") return this.#import();
    const refreshes = run.operation === "refresh" || run.refresh === true;
    const isRefreshedFirst = refreshes && (run.runProgram !== true || run.operation === "destroy");
    if (isRefreshedFirst && !(await this.#refreshFirst())) return false;
    if (run.operation === "refresh" && run.runProgram !== true) return true;
    this.#refuseUnknown(["replaces"], false);
    return this.#deploy(refreshes && !isRefreshedFirst);
  }

  /** Reads the resources from before the run, and goes on with what they are now. */
  async #refreshFirst(): Promise<boolean> {
    const { base } = this.#progress;
    if (base.resources.length === 0) return true;
    this.#refuseUnknown(["targets", "excludes"], false);
    const executor = this.#executor(true);
    const steps = this.#targets
      .refreshed(base.resources)
      .map((old): Extract<PlannedStep, { op: "refresh" }> => ({ op: "refresh", old, current: old, deleted: false }));
    await executor.submitAll(steps);
    await executor.idle();
    const stepOf = new Map(steps.map((step) => [step.old, step]));
    const resources = base.resources.flatMap((each) => {
      const step = stepOf.get(each);
      return step?.deleted === true ? [] : [step?.current ?? each];
    });
    const { errors } = this;
    this.#checkpoints.base = withoutDanglingReferences(resources);
    this.#progress = this.#progressFrom(this.#checkpoints.base);
    this.errors.push(...errors);
    return executor.errors.length === 0 && !executor.cancelled.aborted;
  }

  async #deploy(refreshesWithProgram: boolean): Promise<boolean> {
    const { run, hooks } = this;
    const mode: Mode =
      run.operation === "refresh"
        ? "refresh"
        : run.operation === "destroy" && run.runProgram === true
          ? "destroy"
          : "update";
    const executor = this.#executor(false);
    const events: (() => Promise<PlannedStep[]>)[] = [];
    let wake: () => void = () => undefined;
    let expected = 0;
    const post = (event: () => Promise<PlannedStep[]>): void => {
      events.push(event);
      wake();
    };
    const generator = new Generator(this.#progress, mode, refreshesWithProgram, (later) => {
      expected++;
      void later.then(
        (event) => {
          expected--;
          post(event);
        },
        (error: unknown) => {
          expected--;
          post(() => Promise.reject(error instanceof Error ? error : new Error(String(error))));
        },
      );
    });
    let end: { error?: unknown } | undefined;
    const runsProgram = run.operation === "up" || run.runProgram === true;
    runProgram(this.before, runsProgram ? this.program : [], (pending) => {
      post(() => generator.register(pending));
    }).then(
      () => {
        end = {};
        wake();
      },
      (error: unknown) => {
        end = { error };
        wake();
      },
    );
    const skipped = new Set<string>();
    for (;;) {
      if (executor.cancelled.aborted) break;
      const event = events.splice(events.length > 1 ? (hooks.choose?.(events.length) ?? 0) : 0, 1)[0];
      if (event !== undefined) {
        if (!(await this.#handle(event, executor, skipped))) break;
      } else if (end !== undefined && "error" in end) {
        this.errors.push(messageOf(end.error));
        executor.cancel();
      } else if (end !== undefined && expected === 0) {
        await this.#finish(mode, executor);
        break;
      } else {
        await Promise.race([new Promise<void>((resolve) => (wake = resolve)), aborted(executor.cancelled)]);
      }
    }
    await executor.idle();
    return executor.errors.length === 0 && !executor.cancelled.aborted;
  }

  /** Plans the steps of an event and hands them to the executor. */
  async #handle(
    event: () => Promise<PlannedStep[]>,
    executor: Executor<PlannedStep>,
    skipped: Set<string>,
  ): Promise<boolean> {
    try {
      const steps = await event();
      for (const each of executor.failed) skipped.add(urnOf(each));
      const chain = steps.filter((step) => {
        const resource = resourceOf(step);
        const needs = [...resource.dependencies, resource.parent ?? "", ...resource.replaceWith];
        if (!needs.some((urn) => skipped.has(urn))) return true;
        skipped.add(resource.urn);
        if ("pending" in step) step.pending.done(answerOf(resource, "skipped"));
        return false;
      });
      if (chain.length > 0) await executor.submit(chain);
      return true;
    } catch (error) {
      if (!(error instanceof Bail)) this.errors.push(messageOf(error));
      executor.cancel();
      return false;
    }
  }

  /** Deletes what is left, or refreshes it. */
  async #finish(mode: Mode, executor: Executor<PlannedStep>): Promise<void> {
    const { base } = this.#progress;
    this.#refuseUnknown(["targets"], true);
    if (base.resources.length === 0) return;
    if (mode === "refresh") return this.#refreshRest(executor);
    const planned = await planDeletes(this.#progress);
    await (
      await executor.submit(planned.sames)
    ).done;
    const failedBefore = new Set<unknown>();
    for (const batch of deleteBatches(this.#progress, planned.deletes, (count) => this.hooks.choose?.(count) ?? 0)) {
      for (const step of executor.failed) {
        for (const each of [
          step.op === "refresh" ? undefined : resourceOf(step),
          "old" in step ? step.old : undefined,
        ]) {
          if (each === undefined) continue;
          const graph = base.graph.has(each) ? base.graph : this.#progress.toDeleteGraph();
          if (graph.has(each)) for (const needed of graph.transitiveDependenciesOf(each)) failedBefore.add(needed);
        }
      }
      await executor.submitAll(batch.filter(({ old }) => !failedBefore.has(old)));
    }
  }

  async #refreshRest(executor: Executor<PlannedStep>): Promise<void> {
    const { base } = this.#progress;
    const rest = base.resources.filter(({ urn }) => !this.#progress.wasSeen(urn));
    const steps = this.#targets
      .refreshedAfterProgram(rest)
      .map((old): Extract<PlannedStep, { op: "refresh" }> => ({ op: "refresh", old, current: old, deleted: false }));
    await executor.submitAll(steps);
    await executor.idle();
    const stepOf = new Map(steps.map((step) => [step.old, step]));
    this.#checkpoints.base = withoutDanglingReferences(
      base.resources.flatMap((each) => {
        const step = stepOf.get(each);
        return step?.deleted === true ? [] : [step?.current ?? each];
      }),
    );
  }

  async #import(): Promise<boolean> {
    const executor = this.#executor(true);
    for (const batch of planImports(this.#progress, this.run.imports ?? [])) {
      await executor.submitAll(batch);
      await executor.idle();
      if (executor.errors.length > 0) break;
    }
    return executor.errors.length === 0 && !executor.cancelled.aborted;
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

  #progressFrom(resources: Parameters<typeof createBase>[0]): Progress {
    const base = createBase(resources);
    return new Progress(this.run, this.before, base, this.#targets, {
      provider: this.provider,
      checkpoints: this.#checkpoints,
      preview: this.run.preview === true,
      news: new Map(),
      olds: base.current,
    });
  }

  #refuseUnknown(kinds: Parameters<Targets["unknown"]>[1], afterProgram: boolean): void {
    const { base, urns } = this.#progress;
    const isKnown = (urn: string) => base.resources.some((each) => each.urn === urn) || urns.has(urn);
    const unknown = this.#targets.unknown(isKnown, kinds);
    if (unknown === undefined) return;
    this.errors.push(`no resource named '${unknown}' found`);
    if (!afterProgram) throw new Bail(unknown);
  }
}

function opOf(step: PlannedStep): Step["op"] {
  if (step.op === "create" && step.old !== undefined) return "create-replacement";
  if (step.op === "delete" && step.replacing) return "delete-replaced";
  return step.op === "import" && step.original !== undefined ? "import-replacement" : step.op;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
