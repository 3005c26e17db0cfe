import type { Checkpoints } from "./checkpoints";
import { mustWrite } from "./checkpoints";
import { ProtectedError } from "./executor";
import { diffWith } from "./diff";
import { copyOf, type Live } from "./live";
import { PartialFailure, type Props, type Provider } from "./provider";
import type { Pending, Registered } from "./registrations";
import type { Urn } from "./urn";

/** One step of a run; `current` is the resource after it. */
export type PlannedStep =
  | { readonly op: "same"; old: Live; current: Live; pending?: Pending; skippedCreate?: boolean }
  | { readonly op: "create"; old?: Live; current: Live; pending?: Pending; pendingDelete?: boolean }
  | { readonly op: "update"; old: Live; current: Live; pending: Pending }
  | { readonly op: "delete"; old: Live; replacing: boolean; beforeReplacement: boolean }
  | { readonly op: "remove-pending-replace"; old: Live }
  | { readonly op: "replace"; old: Live; current: Live }
  | { readonly op: "refresh"; old: Live; current: Live; deleted: boolean; refreshed?: Refreshed }
  | { readonly op: "import"; original?: Live; current: Live; pending?: Pending; imported?: Refreshed };

/** Takes the result of a refresh or import whose resource goes on to further steps. */
export interface Refreshed {
  done(resource: Live | undefined): void;
  failed(error: unknown): void;
}

export interface StepContext {
  readonly provider: Provider;
  readonly checkpoints: Checkpoints;
  readonly preview: boolean;
  /** URNs that this run deletes. */
  readonly deletes: ReadonlySet<Urn>;
  /** Every resource after a step, by its URN. */
  readonly news: Map<Urn, Live>;
  readonly olds: ReadonlyMap<Urn, Live>;
}

export const resourceOf = (step: PlannedStep): Live =>
  "current" in step && step.op !== "refresh" ? step.current : step.old;

export const urnOf = (step: PlannedStep): Urn => resourceOf(step).urn;

export function answerOf(resource: Live, outcome: Registered["outcome"], unknown = false): Registered {
  return { urn: resource.urn, id: resource.id, outputs: resource.outputs, unknown, outcome };
}

/** Applies a step: the operation is pending in the checkpoint before the provider is called, and ends in it after. */
export async function applyStep(step: PlannedStep, context: StepContext): Promise<void> {
  const { checkpoints, preview } = context;
  const { news } = context;
  switch (step.op) {
    case "same": {
      step.current.id = step.old.id;
      step.current.outputs = step.old.outputs;
      news.set(step.current.urn, step.current);
      if (!preview)
        await checkpoints.change(() => {
          checkpoints.done(step.old);
          if (step.skippedCreate === true) return false;
          checkpoints.add(step.current);
          return mustWrite(step.old, step.current);
        });
      step.pending?.done(answerOf(step.current, "success", preview));
      return;
    }
    case "create":
      return applyCreate(step, context);
    case "update":
      return applyUpdate(step, context);
    case "delete":
      return applyDelete(step, context);
    case "remove-pending-replace":
      if (!preview)
        await checkpoints.change(() => {
          checkpoints.done(step.old);
          return true;
        });
      return;
    case "replace":
      return;
    case "refresh":
      return applyRefresh(step, context);
    case "import":
      return applyImport(step, context);
  }
}

type StepOf<Op extends PlannedStep["op"]> = Extract<PlannedStep, { op: Op }>;

async function applyCreate(step: StepOf<"create">, context: StepContext): Promise<void> {
  const { current, old } = step;
  const { provider, checkpoints, preview, news } = context;
  const end = preview ? undefined : await checkpoints.begin("creating", current);
  const created = await outcomeOf(() => {
    if (!current.custom) return { id: "", outputs: {} };
    if (preview) return { id: "", outputs: current.inputs };
    return provider.create({ urn: current.urn, inputs: current.inputs });
  });
  if (created.kept) {
    current.id = created.id;
    current.outputs = created.outputs;
    current.initErrors = created.reasons;
    if (old !== undefined && step.pendingDelete === true) old.delete = true;
    news.set(current.urn, current);
  }
  await end?.(() => {
    if (!created.kept) return;
    checkpoints.add(current);
    if (old?.pendingReplacement === true) checkpoints.done(old);
  });
  if ("error" in created) throw created.error;
  step.pending?.done(answerOf(current, "success", preview));
}

async function applyUpdate(step: StepOf<"update">, context: StepContext): Promise<void> {
  const { current, old } = step;
  const { provider, checkpoints, preview, news } = context;
  current.id = old.id;
  const end = preview ? undefined : await checkpoints.begin("updating", current);
  const updated = await outcomeOf(async () => {
    if (!current.custom) return { id: "", outputs: old.outputs };
    if (preview) return { id: old.id, outputs: current.inputs };
    const call = { urn: current.urn, id: old.id, oldInputs: old.inputs, oldOutputs: old.outputs, news: current.inputs };
    return { id: old.id, outputs: (await provider.update(call)).outputs };
  });
  if (updated.kept) {
    current.outputs = updated.outputs;
    current.initErrors = updated.reasons;
    // What exists was not made with the new inputs.
    if ("error" in updated) current.inputs = old.inputs;
    news.set(current.urn, current);
  }
  await end?.(() => {
    if (!updated.kept) return;
    checkpoints.done(old);
    checkpoints.add(current);
  });
  if ("error" in updated) throw updated.error;
  step.pending.done(answerOf(current, "success", preview));
}

type CallOutcome =
  | {
      readonly kept: true;
      readonly id: string;
      readonly outputs: Props;
      readonly reasons: readonly string[];
      readonly error?: Error;
    }
  | { readonly kept: false; readonly error: unknown };

async function outcomeOf(
  call: () => { id: string; outputs: Props } | Promise<{ id: string; outputs: Props }>,
): Promise<CallOutcome> {
  try {
    return { kept: true, ...(await call()), reasons: [] };
  } catch (error) {
    if (!(error instanceof PartialFailure)) return { kept: false, error };
    return { kept: true, id: error.id, outputs: error.outputs, reasons: error.reasons, error };
  }
}

async function applyDelete(step: StepOf<"delete">, context: StepContext): Promise<void> {
  const { old } = step;
  const { provider, checkpoints, preview, deletes } = context;
  const end = preview ? undefined : await checkpoints.begin("deleting", old);
  const call = async () => {
    if (!step.replacing && old.protect) throw new ProtectedError(`${old.urn} is protected`);
    const goesWithAnother = old.deletedWith !== undefined && deletes.has(old.deletedWith);
    if (preview || old.retainOnDelete || goesWithAnother || !old.custom) return;
    await provider.delete({ urn: old.urn, id: old.id, inputs: old.inputs, outputs: old.outputs });
  };
  const failure = await call().then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  // Stays in the state until its replacement is there.
  if (failure === undefined && step.beforeReplacement) old.pendingReplacement = true;
  await end?.(() => {
    if (failure === undefined && !old.pendingReplacement) checkpoints.done(old);
  });
  if (failure !== undefined) throw failure.error;
}

async function applyRefresh(step: StepOf<"refresh">, context: StepContext): Promise<void> {
  const { old, refreshed } = step;
  const { provider, checkpoints } = context;
  try {
    if (!old.custom || old.pendingReplacement) {
      if (refreshed !== undefined) step.current = copyOf(old);
    } else {
      const answer = await provider.read({
        urn: step.current.urn,
        id: old.id,
        inputs: old.inputs,
        outputs: old.outputs,
      });
      if (answer.id === undefined || answer.id === "") {
        step.deleted = true;
      } else {
        step.current = {
          ...copyOf(step.current),
          id: answer.id,
          initErrors: [],
          inputs: answer.inputs ?? old.inputs,
          outputs: answer.outputs ?? {},
        };
        await diffWith(provider, step.current, old.inputs);
      }
    }
  } catch (error) {
    refreshed?.failed(error);
    if (refreshed !== undefined) await persistRefresh(step, checkpoints, context.preview, false);
    throw error;
  }
  if (!step.deleted) context.news.set(step.current.urn, step.current);
  if (refreshed !== undefined) await persistRefresh(step, checkpoints, context.preview, true);
  refreshed?.done(step.deleted ? undefined : step.current);
}

async function persistRefresh(
  step: StepOf<"refresh">,
  checkpoints: Checkpoints,
  preview: boolean,
  succeeded: boolean,
): Promise<void> {
  if (preview) return;
  await checkpoints.change(() => {
    checkpoints.refreshing();
    if (succeeded) {
      checkpoints.done(step.old);
      if (!step.deleted) checkpoints.add(step.current);
    }
    return true;
  });
}

async function applyImport(step: StepOf<"import">, context: StepContext): Promise<void> {
  const { current, original, imported } = step;
  const { provider, checkpoints, preview, news, olds } = context;
  const end = preview ? undefined : await checkpoints.begin("importing", current);
  const importId = current.importId ?? "";
  const call = async () => {
    if (imported === undefined && olds.has(current.urn)) throw new Error(`resource '${current.urn}' already exists`);
    if (!current.custom) return;
    const read = await provider.read({ urn: current.urn, id: importId, inputs: undefined, outputs: undefined });
    if (read.outputs === undefined) throw new Error(`resource '${importId}' does not exist`);
    if (read.inputs === undefined) throw new Error("provider does not support importing resources");
    current.id = read.id === undefined || read.id === "" ? importId : read.id;
    current.inputs = read.inputs;
    current.outputs = read.outputs;
    if (imported === undefined) {
      current.importId = undefined;
      await provider.check({ urn: current.urn, olds: read.inputs, news: read.inputs, preview });
    }
    if (original !== undefined) original.delete = true;
  };
  const failure = await call().then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  if (failure === undefined) news.set(current.urn, current);
  await end?.(() => {
    if (failure === undefined) checkpoints.add(current);
  });
  if (failure !== undefined) {
    imported?.failed(failure.error);
    throw failure.error;
  }
  imported?.done(current);
}
