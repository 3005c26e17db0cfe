import { mustWrite } from "./checkpoints";
import { ProtectedError } from "./executor";
import { PartialFailure, type Props } from "./provider";
import { applyImport, applyRefresh } from "./reads";
import { answerOf, type PlannedStep, type StepContext, type StepOf } from "./steps";

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
