import type { Props } from "./provider";
import type { Urn } from "./urn";

/** What a program registers, in its order. */
export type Program = readonly Registration[];

export interface Registration {
  readonly type: string;
  readonly name: string;
  /** A component has no provider. Default: false. */
  readonly component?: boolean;
  /** Its values may be, or hold, what `outputOf` gives. */
  readonly inputs: Props;
  /** Resources whose outputs the program awaits before it declares this one; the state does not know of it. */
  readonly awaits?: readonly string[];
  readonly options?: ResourceOptions;
}

/** Pulumi's resource options. Other resources are meant by the names of earlier registrations. */
export interface ResourceOptions {
  readonly parent?: string;
  readonly dependsOn?: readonly string[];
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly deleteBeforeReplace?: boolean;
  readonly deletedWith?: string;
  readonly replaceOnChanges?: readonly string[];
  readonly replaceWith?: readonly string[];
  readonly ignoreChanges?: readonly string[];
  readonly aliases?: readonly Alias[];
  /** The id of an existing resource to take over. */
  readonly import?: string;
}

/** Each key that is absent is as in the registration; a `parent` of null is the stack. */
export type Alias = Urn | { readonly name?: string; readonly type?: string; readonly parent?: string | null };

/** A value that the program takes from an earlier resource: waits for it, and makes the engine remember where it came from. */
export interface OutputReference {
  readonly outputOf: string;
  readonly key: string;
}

export const outputOf = (name: string, key: string): OutputReference => ({ outputOf: name, key });
