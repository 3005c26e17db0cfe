import { PartialFailure, type Props, type Provider } from "./provider";
import { typeOf, type Urn } from "./urn";

type Values = Readonly<Record<string, unknown>>;

/** The methods of a dynamic provider, as a program declares them. */
export interface DynamicLifecycle {
  check?(olds: Values, news: Values): Promise<{ inputs?: Values; failures?: { property: string; reason: string }[] }>;
  diff?(
    id: string,
    olds: Values,
    news: Values,
  ): Promise<{ changes?: boolean; replaces?: string[]; deleteBeforeReplace?: boolean }>;
  create(inputs: Values): Promise<{ id: string; outs?: Values }>;
  read?(id: string, props: Values): Promise<{ id?: string; props?: Values; inputs?: Values }>;
  update?(id: string, olds: Values, news: Values): Promise<{ outs?: Values }>;
  delete?(id: string, props: Values): Promise<void>;
}

/** The SDK's process around dynamic providers; the lifecycle of a call is found by the type of its URN. */
export function dynamicProvider(lifecycles: Readonly<Record<string, DynamicLifecycle>>): Provider {
  const lifecycleOf = (urn: Urn): DynamicLifecycle => {
    const found = lifecycles[typeOf(urn)];
    if (found === undefined) throw new Error(`no dynamic provider for ${urn}`);
    return found;
  };
  return {
    async check({ urn, olds = {}, news }) {
      const result = (await lifecycleOf(urn).check?.(olds, plain(news))) ?? {};
      return { inputs: plain(result.inputs ?? news), failures: result.failures ?? [] };
    },
    async diff({ urn, id, oldOutputs, news }) {
      const result = (await lifecycleOf(urn).diff?.(id, plain(oldOutputs), plain(news))) ?? {};
      return {
        changes: result.changes,
        replaces: result.replaces ?? [],
        deleteBeforeReplace: result.deleteBeforeReplace ?? false,
      };
    },
    async create({ urn, inputs }) {
      const { id, outs = {} } = await partially(() => lifecycleOf(urn).create(plain(inputs)));
      if (id === "") throw new Error("provider did not return an ID from Create");
      return { id, outputs: plain(outs) };
    },
    async read({ urn, id, outputs }) {
      // The process finds its code in the outputs, and an import has none.
      if (outputs === undefined) throw new Error("code must be a string, not undefined");
      const lifecycle = lifecycleOf(urn);
      if (lifecycle.read === undefined) return { id, outputs };
      const found = await lifecycle.read(id, plain(outputs));
      return { id: found.id, outputs: plain(found.props ?? {}), inputs: found.inputs && plain(found.inputs) };
    },
    async update({ urn, id, oldOutputs, news }) {
      const result = await partially(() => lifecycleOf(urn).update?.(id, plain(oldOutputs), plain(news)));
      return { outputs: plain(result?.outs ?? {}) };
    },
    async delete({ urn, id, outputs }) {
      await lifecycleOf(urn).delete?.(id, plain(outputs));
    },
  };
}

/** What the wire does to values: no `undefined`, and nobody shares an object. */
const plain = (values: Values): Props => JSON.parse(JSON.stringify(values)) as Props;

/** An error with an id says what was left behind. */
async function partially<Value>(call: () => Value): Promise<Awaited<Value>> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof Error) || !("id" in error) || typeof error.id !== "string" || error.id === "") throw error;
    const { properties = {}, reasons = [] } = error as { properties?: Values; reasons?: string[] };
    throw new PartialFailure(error.id, plain(properties), reasons);
  }
}
