import type { InputProblem } from "./checkInputs";
import type { ResourceProps } from "./props";
import type { SecretReader } from "../../values/secretReference";
import type { KeyedMutex } from "../../concurrency";
import type { Ports } from "../../neuvector/ports";
import type { SessionPool } from "../../neuvector/session/sessionPool";

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

/** What the lifecycle of a resource needs from its environment. `dynamic.ts` provides the real one. */
export interface LifecycleDeps {
  readonly ports: Ports;
  readonly sessions: SessionPool;
  readonly masterLocks: KeyedMutex;
  /** Reads secrets that inputs refer to, such as `passwordFrom`. */
  readonly secrets: SecretReader;
  /** Stops running operations. The next deployment resumes them. */
  readonly signal?: AbortSignal | undefined;
}
