import type { Props } from "./provider";
import type { StackName, Urn } from "./urn";

/** A stack's checkpoint: plain data, never changed in place. */
export interface EngineState extends StackName {
  readonly resources: readonly StateResource[];
  readonly pendingOperations: readonly PendingOperation[];
}

/** A resource as a checkpoint has it. */
export interface StateResource {
  readonly urn: Urn;
  readonly type: string;
  readonly custom: boolean;
  /** Replaced, and still to be deleted. */
  readonly delete: boolean;
  /** Empty for a component. */
  readonly id: string;
  readonly inputs: Props;
  readonly outputs: Props;
  readonly parent: Urn | undefined;
  readonly dependencies: readonly Urn[];
  readonly propertyDependencies: Readonly<Record<string, readonly Urn[]>>;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deletedWith: Urn | undefined;
  readonly replaceWith: readonly Urn[];
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  /** Deleted before its replacement, which is still to be created. */
  readonly pendingReplacement: boolean;
  readonly initErrors: readonly string[];
  readonly taint: boolean;
  readonly importId: string | undefined;
}

export interface PendingOperation {
  readonly type: "creating" | "updating" | "deleting" | "reading" | "importing";
  readonly resource: StateResource;
}

export const emptyState = (stack: StackName): EngineState => ({ ...stack, resources: [], pendingOperations: [] });
