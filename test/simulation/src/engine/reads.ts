import type { Checkpoints } from "./checkpoints";
import { diffWith } from "./diff";
import { copyOf } from "./live";
import type { Provider } from "./provider";
import type { StepContext, StepOf } from "./steps";
import type { Urn } from "./urn";

export async function applyRefresh(step: StepOf<"refresh">, context: StepContext): Promise<void> {
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

async function readImported(urn: Urn, importId: string, provider: Provider) {
  const { id, inputs, outputs } = await provider.read({ urn, id: importId, inputs: undefined, outputs: undefined });
  if (outputs === undefined) throw new Error(`resource '${importId}' does not exist`);
  if (inputs === undefined) throw new Error("provider does not support importing resources");
  return { id, inputs, outputs };
}

export async function applyImport(step: StepOf<"import">, context: StepContext): Promise<void> {
  const { current, original, imported } = step;
  const { provider, checkpoints, preview, news, olds } = context;
  const end = preview ? undefined : await checkpoints.begin("importing", current);
  const importId = current.importId ?? "";
  const call = async () => {
    if (imported === undefined && olds.has(current.urn)) throw new Error(`resource '${current.urn}' already exists`);
    if (!current.custom) return;
    const isSupplied = imported === undefined && Object.keys(current.outputs).length > 0;
    const { id, inputs, outputs } = isSupplied ? current : await readImported(current.urn, importId, provider);
    current.id = id === undefined || id === "" ? importId : id;
    current.inputs = inputs;
    current.outputs = outputs;
    if (imported === undefined) {
      current.importId = undefined;
      await provider.check({ urn: current.urn, olds: inputs, news: inputs, preview });
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
