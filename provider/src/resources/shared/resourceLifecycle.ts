import type { ResourceProps } from "./props";

/** One problem of an input, at its path such as `jointRest.port`. The text never repeats a value. */
export interface InputProblem {
  readonly property: string;
  readonly reason: string;
}

export interface DiffResult {
  readonly changes: boolean;
  /** Inputs whose change requires a replacement. */
  readonly replaces: string[];
  /** True if the old object must be gone before the new one is created. Otherwise it is deleted, or handed over, after all creates. */
  readonly deleteBeforeReplace: boolean;
}

/** The operations that Pulumi's engine calls on a resource; assignable to `pulumi.dynamic.ResourceProvider`. */
export interface ResourceLifecycle {
  /** Returns every problem of the inputs, and the inputs without `null` values. */
  check(olds: ResourceProps, news: ResourceProps): Promise<{ inputs: ResourceProps; failures: InputProblem[] }>;
  diff(id: string, stored: ResourceProps, news: ResourceProps): Promise<DiffResult>;
  create(news: ResourceProps): Promise<{ id: string; outs: Record<string, unknown> }>;
  /** Returns the resource as it is now; `{}` if it is gone. */
  read(id: string, stored: ResourceProps): Promise<{ id?: string; props?: Record<string, unknown> }>;
  update(id: string, stored: ResourceProps, news: ResourceProps): Promise<{ outs: Record<string, unknown> }>;
  /** An object that is already gone is a success. Sends nothing if another resource of the run owns the object. */
  delete(id: string, stored: ResourceProps): Promise<void>;
}
