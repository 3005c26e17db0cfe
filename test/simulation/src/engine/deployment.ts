import { answerOf, type PlannedStep, resourceOf, urnOf } from "./steps";
import { type Checkpoints, withoutDanglingReferences } from "./checkpoints";
import { deleteBatches, planDeletes } from "./deletes";
import type { Executor } from "./executor";
import { Generator, type Mode } from "./generator";
import { dependenciesOf, type Live } from "./live";
import type { Program } from "./program";
import { Bail, type Progress } from "./progress";
import { runProgram } from "./registrations";
import type { Urn } from "./urn";

export interface DeploymentDeps {
  readonly progress: Progress;
  readonly executor: Executor<PlannedStep>;
  readonly checkpoints: Checkpoints;
  readonly choose: (count: number) => number;
}

type Event = () => Promise<PlannedStep[]>;

/** Takes what the program registers, then deletes or refreshes what it did not register. */
export class Deployment {
  readonly #events: Event[] = [];
  readonly #skipped = new Set<Urn>();
  /** Steps that are still to come from what the executor does. */
  #expected = 0;
  #ended: { readonly error?: unknown } | undefined;
  #wake: () => void = () => undefined;

  constructor(
    private readonly deps: DeploymentDeps,
    private readonly mode: Mode,
  ) {}

  async run(program: Program, refreshes: boolean): Promise<void> {
    const { progress, executor } = this.deps;
    const generator = new Generator(progress, this.mode, refreshes, (later) => {
      this.#expected++;
      const arrive = (event: Event) => {
        this.#expected--;
        this.#post(event);
      };
      later.then(arrive, (error: unknown) => {
        const reason = error instanceof Error ? error : new Error(String(error));
        arrive(() => Promise.reject(reason));
      });
    });
    const end = (ended: { readonly error?: unknown }) => {
      this.#ended = ended;
      this.#wake();
    };
    const registering = runProgram(progress.stack, program, (pending) => {
      this.#post(() => generator.register(pending));
    });
    registering.then(
      () => {
        end({});
      },
      (error: unknown) => {
        end({ error });
      },
    );
    await this.#loop();
    await executor.idle();
  }

  #post(event: Event): void {
    this.#events.push(event);
    this.#wake();
  }

  async #loop(): Promise<void> {
    const { executor } = this.deps;
    while (!executor.cancelled.aborted) {
      const event = this.#events.shift();
      if (event !== undefined) {
        if (!(await this.#handle(event))) return;
      } else if (this.#ended !== undefined && "error" in this.#ended) {
        this.#fail(this.#ended.error);
      } else if (this.#ended !== undefined && this.#expected === 0) {
        return this.#finish();
      } else {
        const woken = new Promise<void>((resolve) => (this.#wake = resolve));
        await Promise.race([woken, executor.whenCancelled]);
      }
    }
  }

  /** Plans the steps of an event and hands them to the executor; false if the run is over. */
  async #handle(event: Event): Promise<boolean> {
    const { executor } = this.deps;
    try {
      const steps = await event();
      for (const each of executor.failed) this.#skipped.add(urnOf(each));
      const chain = steps.filter((step) => !this.#skip(step));
      if (chain.length > 0) await executor.submit(chain);
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  /** What depends on a failed step is not done. */
  #skip(step: PlannedStep): boolean {
    const resource = resourceOf(step);
    if (!dependenciesOf(resource).some(({ urn }) => this.#skipped.has(urn))) return false;
    this.#skipped.add(resource.urn);
    if ("pending" in step) step.pending.done(answerOf(resource, "skipped"));
    return true;
  }

  #fail(error: unknown): void {
    const { progress, executor } = this.deps;
    if (!(error instanceof Bail)) progress.errors.push(error instanceof Error ? error.message : String(error));
    executor.cancel();
  }

  async #finish(): Promise<void> {
    const { progress } = this.deps;
    const unknown = progress.unknownOf(["targets"]);
    if (unknown !== undefined) progress.errors.push(unknown);
    if (progress.base.resources.length === 0) return;
    await (this.mode === "refresh" ? this.#refreshRest() : this.#deleteRest());
  }

  async #deleteRest(): Promise<void> {
    const { progress, executor, choose } = this.deps;
    const planned = await planDeletes(progress);
    const { done } = await executor.submit(planned.sames);
    await done;
    for (const batch of deleteBatches(progress, planned.deletes, choose)) {
      const needed = this.#neededByFailed();
      await executor.submitAll(batch.filter(({ old }) => !needed.has(old)));
    }
  }

  /** What a failed step leaves in use. */
  #neededByFailed(): Set<Live> {
    const { progress, executor } = this.deps;
    const graphs = [progress.base.graph, progress.toDeleteGraph()];
    const needed = executor.failed
      .flatMap((step) => [resourceOf(step), ...("old" in step ? [step.old] : [])])
      .flatMap((each) => [...(graphs.find((graph) => graph.has(each))?.transitiveDependenciesOf(each) ?? [])]);
    return new Set(needed);
  }

  async #refreshRest(): Promise<void> {
    const { progress, executor, checkpoints } = this.deps;
    const rest = progress.base.resources.filter(({ urn }) => !progress.wasSeen(urn));
    checkpoints.base = await refreshAll(
      executor,
      progress.base.resources,
      progress.targets.refreshedAfterProgram(rest),
    );
  }
}

/** Refreshes some of the resources; resolves to all of them as they are now. */
export async function refreshAll(
  executor: Executor<PlannedStep>,
  resources: readonly Live[],
  chosen: readonly Live[],
): Promise<Live[]> {
  const steps = chosen.map((old): Extract<PlannedStep, { op: "refresh" }> => {
    return { op: "refresh", old, current: old, deleted: false };
  });
  await executor.submitAll(steps);
  await executor.idle();
  const stepOf = new Map(steps.map((step) => [step.old, step]));
  const left = resources.flatMap((each) => {
    const step = stepOf.get(each);
    return step?.deleted === true ? [] : [step?.current ?? each];
  });
  return withoutDanglingReferences(left);
}
