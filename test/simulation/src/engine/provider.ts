import type { Urn } from "./urn";

export type Props = Readonly<Record<string, unknown>>;

/** An input whose value is unknown until the resource it comes from is created. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

export interface DiffAnswer {
  /** Undefined: the provider cannot tell, and the engine compares the inputs. */
  readonly changes: boolean | undefined;
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

/** Without an id, the resource is gone. */
export interface ReadAnswer {
  readonly id: string | undefined;
  readonly outputs?: Props | undefined;
  readonly inputs?: Props | undefined;
}

/** A provider's process as the engine calls it. A method that fails rejects. */
export interface Provider {
  check(call: { urn: Urn; olds: Props | undefined; news: Props; preview: boolean }): Promise<{
    inputs: Props;
    failures: readonly CheckFailure[];
  }>;
  diff(call: { urn: Urn; id: string; oldInputs: Props; oldOutputs: Props; news: Props }): Promise<DiffAnswer>;
  create(call: { urn: Urn; inputs: Props }): Promise<{ id: string; outputs: Props }>;
  /** `outputs` are undefined only at an import. */
  read(call: { urn: Urn; id: string; inputs: Props | undefined; outputs: Props | undefined }): Promise<ReadAnswer>;
  update(call: { urn: Urn; id: string; oldInputs: Props; oldOutputs: Props; news: Props }): Promise<{ outputs: Props }>;
  delete(call: { urn: Urn; id: string; inputs: Props; outputs: Props }): Promise<void>;
}

/** What a create or update rejects with if the resource exists all the same. */
export class PartialFailure extends Error {
  constructor(
    readonly id: string,
    readonly outputs: Props,
    readonly reasons: readonly string[],
  ) {
    super(reasons.join("; "));
  }
}
