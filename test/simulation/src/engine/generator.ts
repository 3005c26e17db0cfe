import { aliasesOf } from "./aliases";
import { changeSteps, checkInputs } from "./changes";
import { withIgnoredChanges } from "./diff";
import { dependenciesOf, type Live } from "./live";
import { newResource } from "./newResource";
import { Bail, type Progress } from "./progress";
import type { Goal, Pending } from "./registrations";
import { answerOf, type PlannedStep, resourceOf } from "./steps";
import type { Urn } from "./urn";

export type Mode = "update" | "refresh" | "destroy";

/** Steps that follow when something that the executor does is done. */
export type Later = (steps: Promise<() => Promise<PlannedStep[]>>) => void;

interface Seen {
  readonly pending: Pending;
  readonly old: Live | undefined;
  readonly current: Live;
  readonly isInvalid: boolean;
}

/** Turns registrations into steps. */
export class Generator {
  constructor(
    private readonly progress: Progress,
    private readonly mode: Mode,
    /** Each resource is refreshed when it is registered. */
    private readonly refreshes: boolean,
    private readonly later: Later,
  ) {}

  async register(pending: Pending): Promise<PlannedStep[]> {
    const { progress } = this;
    const { goal } = pending;
    const { urn } = goal;
    if (progress.urns.has(urn)) {
      progress.errors.push(`Duplicate resource URN '${urn}'`);
      throw new Bail(urn);
    }
    progress.urns.add(urn);
    const { old, previous, isInvalid } = this.#oldOf(goal);
    const current = newResource(goal, previous);
    const seen = { pending, old, current, isInvalid };
    if (old === undefined || !this.refreshes || !progress.targets.includes(old)) return this.#refreshed(seen);
    progress.refreshes.add(urn);
    const step: PlannedStep = { op: "refresh", old, current, deleted: false };
    const refreshed = new Promise<Live | undefined>((done, failed) => {
      step.refreshed = { done, failed };
    });
    this.later(
      refreshed.then((state) => {
        if (state !== undefined) {
          progress.base.graph.alias(state, old);
          progress.refreshed.set(old, state);
        }
        return () => this.#refreshed({ ...seen, old: state });
      }),
    );
    return [step];
  }

  #oldOf(goal: Goal): { old: Live | undefined; previous: Urn | undefined; isInvalid: boolean } {
    const { progress } = this;
    const { urn } = goal;
    const parentOf = (name: string) => [...progress.urns].find((each) => each.endsWith(`::${name}`));
    const aliases = aliasesOf(progress.stack, goal, parentOf, (each) => progress.previousUrns.get(each));
    const taken = progress.newUrns.has(urn);
    if (taken) progress.errors.push(`${urn} was already the alias of another resource`);
    const previous = [urn, ...aliases].find((each) => progress.base.current.has(each));
    const old = previous === undefined ? undefined : progress.base.current.get(previous);
    if (previous === undefined || previous === urn) return { old, previous: undefined, isInvalid: taken };
    const isTwice = progress.urns.has(previous) || progress.newUrns.has(previous);
    if (isTwice) progress.errors.push(`${previous} is the alias of more than one resource`);
    progress.newUrns.set(previous, urn);
    progress.previousUrns.set(urn, previous);
    return { old, previous, isInvalid: taken || isTwice };
  }

  async #refreshed(seen: Seen): Promise<PlannedStep[]> {
    const { pending, old, current } = seen;
    const { progress, mode } = this;
    const { urn } = current;
    const hasSkipped = () => dependenciesOf(current).some((each) => progress.skippedCreates.has(each.urn));
    if (mode === "refresh" && (current.custom || hasSkipped())) {
      if (old === undefined) return this.#skippedCreate(seen);
      pending.done(answerOf(old, "success"));
      return [];
    }
    if (mode === "destroy") {
      if (hasSkipped()) {
        if (old !== undefined) current.outputs = old.outputs;
        return this.#skippedCreate(seen);
      }
      if (current.custom && old === undefined) return this.#skippedCreate(seen);
      progress.toDelete.push(current);
      if (current.custom && old !== undefined) {
        progress.sames.add(urn);
        current.inputs = old.inputs;
        return this.#validated([{ op: "same", old, current, pending }]);
      }
    }
    const id = pending.goal.registration.options?.import;
    const isImport = current.custom && id !== undefined && (old === undefined || (old.importId ?? old.id) !== id);
    return isImport ? this.#import(seen) : this.#imported(seen);
  }

  #skippedCreate({ pending, current }: Seen): PlannedStep[] {
    if (this.mode === "refresh") this.progress.sames.add(current.urn);
    this.progress.skippedCreates.add(current.urn);
    return [{ op: "same", old: { ...current }, current, pending, skippedCreate: true }];
  }

  #import(seen: Seen): PlannedStep[] {
    const { pending, old, current } = seen;
    const isReplacement = old !== undefined && !this.progress.deletes.has(current.urn);
    const step: PlannedStep = { op: "import", current, pending, ...(isReplacement ? { original: old } : {}) };
    const imported = new Promise<Live | undefined>((done, failed) => {
      step.imported = { done, failed };
    });
    this.progress.imports.add(current.urn);
    this.later(
      imported.then(
        (state) => () =>
          this.#imported({ ...seen, old: state, current: newResource(pending.goal, current.aliases[0]) }),
        // The step has told of its failure.
        () => () => Promise.resolve([]),
      ),
    );
    return [step];
  }

  async #imported(seen: Seen): Promise<PlannedStep[]> {
    const { pending, old, current } = seen;
    const { progress } = this;
    const { goal } = pending;
    const { urn } = current;
    const isRecreated = progress.deletes.has(urn);
    const isTargeted = progress.targets.includes(current);
    const inputs = old === undefined ? goal.inputs : withIgnoredChanges(goal.inputs, old.inputs, current.ignoreChanges);
    let isValid = !seen.isInvalid;
    if (current.custom && !isTargeted) {
      current.inputs = old?.inputs ?? {};
    } else if (current.custom) {
      const keepsOlds = old !== undefined && !isRecreated && !progress.isToBeReplaced(urn, old);
      isValid =
        (await checkInputs(progress, current, keepsOlds ? old.inputs : undefined, keepsOlds ? inputs : goal.inputs)) &&
        isValid;
    }
    if (!isValid) throw new Bail(`resource ${urn} is invalid`);
    if (isRecreated && old !== undefined) {
      progress.deletes.delete(urn);
      progress.replaces.add(urn);
      return this.#validated([
        { op: "replace", old, current },
        { op: "create", old, current, pending },
      ]);
    }
    progress.targets.note(current, isTargeted);
    if (old !== undefined) {
      return this.#validated(
        isTargeted ? await changeSteps(progress, pending, old, current) : this.#untargeted(seen, old),
      );
    }
    if (!isTargeted) {
      progress.sames.add(urn);
      return this.#validated(this.#skippedCreate(seen));
    }
    progress.creates.add(urn);
    return this.#validated([{ op: "create", current, pending }]);
  }

  /** The resource stays as it was, and so does what it depends on, if the program does not register that any more. */
  #untargeted({ pending, current }: Seen, old: Live): PlannedStep[] {
    const { progress } = this;
    const stepsOf = (each: Live, registered?: Pending): PlannedStep[] => {
      if (each.delete) return [];
      for (const urn of [each.urn, current.urn]) progress.sames.add(urn);
      progress.urns.add(each.urn);
      const before = dependenciesOf(each).flatMap(({ urn }) => {
        if (progress.hasStep(urn)) return [];
        const dependency = progress.base.current.get(urn);
        if (dependency === undefined) throw new Bail(`${urn}, which ${current.urn} depends on, is not in the state`);
        return stepsOf(dependency);
      });
      const same = { ...progress.untargetedSame(each), ...(registered === undefined ? {} : { pending: registered }) };
      return [...before, same];
    };
    return stepsOf(old, pending);
  }

  /** Refuses to do what needs a resource that is not created because it is not targeted. */
  #validated(steps: PlannedStep[]): PlannedStep[] {
    const { progress } = this;
    if (!progress.targets.strict) return steps;
    for (const step of steps) {
      if (!("current" in step) || (step.op === "same" && step.skippedCreate === true)) continue;
      for (const { urn } of dependenciesOf(resourceOf(step))) {
        if (!progress.skippedCreates.has(urn)) continue;
        progress.refuse(`${resourceOf(step).urn} depends on ${urn}, which was not specified in --target`);
        progress.skippedCreates.delete(urn);
      }
    }
    return steps;
  }
}
