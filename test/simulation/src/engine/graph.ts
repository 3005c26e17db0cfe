import { dependenciesOf, type Live } from "./live";
import type { Urn } from "./urn";

/** Who depends on whom, in a list in which everything comes after what it depends on. */
export class Graph {
  readonly #index = new Map<Live, number>();
  readonly #children = new Map<Urn, number[]>();

  constructor(private readonly resources: readonly Live[]) {
    const lastOf = new Map<Urn, number>();
    for (const [index, resource] of resources.entries()) {
      this.#index.set(resource, index);
      lastOf.set(resource.urn, index);
      for (let parent = resource.parent; parent !== undefined;) {
        this.#children.set(parent, [...(this.#children.get(parent) ?? []), index]);
        const at = lastOf.get(parent);
        parent = at === undefined ? undefined : resources[at]?.parent;
      }
    }
  }

  /** Gives another object the place of one in the list. */
  alias(resource: Live, existing: Live): void {
    this.#index.set(resource, this.#indexOf(existing));
  }

  has(resource: Live): boolean {
    return this.#index.has(resource);
  }

  /** Everything that depends on it, directly or not, in the list's order. */
  dependentsOf(root: Live, ignore: ReadonlySet<Urn>, includeChildren: boolean): Live[] {
    const found = new Set([root.urn]);
    return this.resources.slice(this.#indexOf(root) + 1).filter((candidate) => {
      const depends =
        !ignore.has(candidate.urn) &&
        dependenciesOf(candidate).some(({ kind, urn }) => (kind !== "parent" || includeChildren) && found.has(urn));
      if (depends) found.add(candidate.urn);
      return depends;
    });
  }

  /** What it depends on directly; a component stands for its children too. */
  dependenciesOf(resource: Live): Set<Live> {
    const index = this.#indexOf(resource);
    const urns = new Set(
      dependenciesOf(resource)
        .filter(({ kind }) => kind !== "parent")
        .map(({ urn }) => urn),
    );
    const found = new Set<Live>();
    for (const candidate of this.resources.slice(0, index)) {
      if (candidate.urn === resource.parent) found.add(candidate);
      if (!urns.has(candidate.urn)) continue;
      found.add(candidate);
      if (candidate.custom) continue;
      for (const child of this.#children.get(candidate.urn) ?? []) {
        const each = this.resources[child];
        if (child < index && each !== undefined) found.add(each);
      }
    }
    return found;
  }

  /** What it depends on, directly or not. Of two with one URN, the replaced depends on the replaced. */
  transitiveDependenciesOf(resource: Live): Set<Live> {
    const last = (replaced: boolean) =>
      new Map(this.resources.filter((each) => each.delete === replaced).map((each) => [each.urn, each]));
    const [olds, news] = [last(true), last(false)];
    const lookUp = (from: Live, urn: Urn): Live | undefined => {
      const [old, current] = [olds.get(urn), news.get(urn)];
      return from.delete ? (old ?? current) : (current ?? old);
    };
    const found = new Set<Live>();
    const visit = (each: Live | undefined): void => {
      if (each === undefined || found.has(each)) return;
      found.add(each);
      for (const { urn } of dependenciesOf(each)) visit(lookUp(each, urn));
    };
    visit(lookUp(resource, resource.urn));
    found.delete(resource);
    return found;
  }

  #indexOf(resource: Live): number {
    const index = this.#index.get(resource);
    if (index === undefined) throw new Error(`${resource.urn} is not in the dependency graph`);
    return index;
  }
}
