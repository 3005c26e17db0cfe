import type { Checkpoints } from "./checkpoints";
import type { Live } from "./live";
import type { Provider } from "./provider";
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

export type StepOf<Op extends PlannedStep["op"]> = Extract<PlannedStep, { op: Op }>;
