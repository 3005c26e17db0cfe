import { isDeepStrictEqual } from "node:util";
import { dependenciesOf, type Dependency, type Live, type LiveOperation, withReferences } from "./live";
import { invalidity } from "./integrity";
import type { EngineState, StateResource } from "./state";
import { createUrn, nameOf, type StackName, stackType, qualifiedType, typeOf, type Urn } from "./urn";

/** The state on its way from the old checkpoint to the new one; each change that counts is written at once. */
export class Checkpoints {
  readonly #fresh: Live[] = [];
  readonly #done = new Set<Live>();
  readonly #operations = new Set<LiveOperation>();
  #refreshed = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly stack: StackName,
    /** The resources before the run; a refresh exchanges them. */
    public base: readonly Live[],
    private readonly pendingCreates: readonly LiveOperation[],
    private readonly write: (state: EngineState) => void | Promise<void>,
  ) {}

  /** Marks an operation as pending; the function that it resolves to ends it. */
  async begin(type: LiveOperation["type"], resource: Live): Promise<(change: () => void) => Promise<void>> {
    const operation = { type, resource };
    await this.change(() => {
      this.#operations.add(operation);
      return true;
    });
    return (change) =>
      this.change(() => {
        this.#operations.delete(operation);
        change();
        return true;
      });
  }

  /** Applies a change, and writes the state if it says so; one at a time. Rejects if the state that it wrote is invalid. */
  change(apply: () => boolean): Promise<void> {
    const change = this.#writing.then(async () => {
      if (!apply()) return;
      const state = this.state();
      await this.write(state);
      const invalid = invalidity(state.resources);
      if (invalid !== undefined) throw new Error(`failed to verify snapshot: ${invalid}`);
    });
    this.#writing = change.catch(() => undefined);
    return change;
  }

  done(resource: Live): void {
    this.#done.add(resource);
  }

  add(resource: Live): void {
    this.#fresh.push(resource);
  }

  /** From now on, references to resources that are gone are dropped. */
  refreshing(): void {
    this.#refreshed = true;
  }

  flush(): Promise<void> {
    return this.change(() => true);
  }

  state(): EngineState {
    const kept = [...this.#fresh, ...this.base].filter((each) => !this.#done.has(each));
    const resources = this.#refreshed ? withoutDanglingReferences(kept) : kept;
    const renamed = withNewUrns(this.stack, resources);
    return {
      project: this.stack.project,
      stack: this.stack.stack,
      resources: renamed.map(stateOf),
      pendingOperations: [...this.#operations, ...this.pendingCreates].map(({ type, resource }) => ({
        type,
        resource: stateOf(resource),
      })),
    };
  }
}

/** If a resource that stays the same differs from the checkpoint in more than its place. */
export function mustWrite(old: Live, current: Live): boolean {
  const compared = (live: Live) => [
    [live.urn, live.type, live.custom, live.retainOnDelete, live.parent, live.deletedWith, live.replaceWith],
    [live.protect, live.inputs, live.outputs, [...live.dependencies].sort()],
  ];
  return !isDeepStrictEqual(compared(old), compared(current));
}

/** A copy: what is in it is shared, since nobody changes it in place. */
function stateOf(live: Live): StateResource {
  const resource: StateResource & { aliases?: unknown } = { ...live };
  delete resource.aliases;
  return resource;
}

/** Drops what refers to a resource that is not before it; a parent that is gone gives way to its own parent. */
export function withoutDanglingReferences(resources: readonly Live[]): Live[] {
  const seen = new Set<Urn>();
  const parents = new Map<Urn, Urn | undefined>();
  return resources.map((resource) => {
    const keep = ({ kind, urn }: Dependency) =>
      seen.has(urn) ? urn : kind === "parent" ? parents.get(urn) : undefined;
    const dangles = dependenciesOf(resource).some(({ urn }) => !seen.has(urn));
    const kept = dangles ? withReferences(resource, keep) : resource;
    seen.add(resource.urn);
    parents.set(resource.urn, kept.parent);
    return kept;
  });
}

/** Resolves every reference to the previous URN of a resource, and renames the children of a parent with a new type. */
function withNewUrns(stack: StackName, resources: readonly Live[]): Live[] {
  const renamed = new Map<Urn, Urn>();
  for (const { aliases, urn, parent } of resources) {
    for (const alias of aliases) renamed.set(alias, urn);
    const newParent = parent === undefined ? undefined : renamed.get(parent);
    if (newParent !== undefined && qualifiedType(newParent) !== stackType)
      renamed.set(urn, createUrn(stack, typeOf(urn), nameOf(urn), newParent));
  }
  if (renamed.size === 0) return [...resources];
  const rename = (urn: Urn) => renamed.get(urn) ?? urn;
  return resources.map((resource) => ({
    ...withReferences(resource, ({ urn }) => rename(urn)),
    urn: rename(resource.urn),
  }));
}
