import type { Props } from "./provider";
import type { EngineState } from "./state";
import type { Urn } from "./urn";

/** A command of the CLI. A preview makes no change and writes no checkpoint. */
export interface Run {
  readonly operation: "up" | "refresh" | "destroy" | "import";
  readonly preview?: boolean;
  readonly targets?: readonly Urn[];
  readonly targetDependents?: boolean;
  readonly excludes?: readonly Urn[];
  readonly excludeDependents?: boolean;
  /** `--replace`: replaces these even if nothing changed. */
  readonly replaces?: readonly Urn[];
  readonly refresh?: boolean;
  readonly runProgram?: boolean;
  readonly continueOnError?: boolean;
  /** `--clear-pending-creates` of a refresh. */
  readonly clearPendingCreates?: boolean;
  /** Operations at a time; default: 16, as of a machine with four processors. */
  readonly parallel?: number;
  /** What `pulumi import --file` reads. */
  readonly imports?: readonly ImportEntry[];
}

export interface ImportEntry {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly parent?: Urn;
  readonly inputs?: Props;
  /** With them, the engine stores inputs and outputs as they are given, without a read. */
  readonly outputs?: Props;
}

export type StepOp =
  | "same"
  | "create"
  | "update"
  | "delete"
  | "replace"
  | "create-replacement"
  | "delete-replaced"
  | "remove-pending-replace"
  | "refresh"
  | "import"
  | "import-replacement";

export interface Step {
  readonly op: StepOp;
  readonly urn: Urn;
}

export interface Hooks {
  /** Called wherever the engine persists the state. The engine waits for it: a promise that never settles is a killed engine. */
  checkpoint(state: EngineState): void | Promise<void>;
  /** The first Ctrl-C: nothing more starts, what runs is waited for. */
  readonly cancel?: AbortSignal;
  /** Which of `count` equal candidates comes first where the engine leaves it to chance; default: 0. */
  choose?(count: number): number;
}

export interface Result {
  /** Exit code 0. */
  readonly succeeded: boolean;
  /** The last checkpoint. */
  readonly state: EngineState;
  /** The steps that were applied, in the order in which they ended. */
  readonly steps: readonly Step[];
  readonly errors: readonly string[];
}
