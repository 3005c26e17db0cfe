import type { Provider } from "./provider";

/** The methods of a dynamic provider, as a program declares them. */
export interface DynamicLifecycle {
  check?(olds: object, news: object): Promise<{ inputs?: object; failures?: { property: string; reason: string }[] }>;
  diff?(
    id: string,
    olds: object,
    news: object,
  ): Promise<{ changes?: boolean; replaces?: string[]; deleteBeforeReplace?: boolean }>;
  create(inputs: object): Promise<{ id: string; outs?: object }>;
  read?(id: string, props: object): Promise<{ id?: string; props?: object; inputs?: object }>;
  update?(id: string, olds: object, news: object): Promise<{ outs?: object }>;
  delete?(id: string, props: object): Promise<void>;
}

/** The SDK's process around dynamic providers; the lifecycle of a call is found by the type of its URN. */
export function dynamicProvider(lifecycles: Readonly<Record<string, DynamicLifecycle>>): Provider {
  throw new Error(`not built yet: ${Object.keys(lifecycles).join(", ")}`);
}
