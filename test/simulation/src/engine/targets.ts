import type { Graph } from "./graph";
import { dependenciesOf, type Live } from "./live";
import type { Run } from "./run";
import type { Urn } from "./urn";

/** Which resources a run is about: those that it targets, or all but those that it excludes. */
export class Targets {
  readonly #targeted: Set<Urn>;
  readonly #excluded: Set<Urn>;

  constructor(private readonly run: Run) {
    this.#targeted = new Set(run.targets);
    this.#excluded = new Set(run.excludes);
  }

  get constrained(): boolean {
    return this.#given(this.run.targets);
  }

  /** A run with `--replace` refuses to skip what is needed, as one with `--target` does. */
  get strict(): boolean {
    return this.constrained || this.#given(this.run.replaces);
  }

  includes(resource: Live): boolean {
    if (this.constrained) return this.#isTargeted(resource);
    return !this.#given(this.run.excludes) || !this.#isExcluded(resource);
  }

  /** Notes a resource, so that its dependents can follow it. */
  note(resource: Live, included: boolean): void {
    if (this.#given(this.run.excludes) && !included && this.#isExcluded(resource)) this.#excluded.add(resource.urn);
    else if (included && this.constrained && this.#isTargeted(resource)) this.#targeted.add(resource.urn);
  }

  /** If the run may delete the resource without its being named. */
  mayDelete(urn: Urn): boolean {
    return !this.constrained || this.run.targetDependents === true || this.#given(this.run.targets, urn);
  }

  /** The first target or exclusion that names no resource. */
  unknown(known: (urn: Urn) => boolean, kinds: readonly ("targets" | "excludes" | "replaces")[]): Urn | undefined {
    return kinds.flatMap((kind) => this.run[kind] ?? []).find((urn) => !known(urn));
  }

  /** The resources that a refresh without the program reads. */
  refreshed(resources: readonly Live[]): Live[] {
    const follow = (follows: boolean | undefined, urns: Set<Urn>, resource: Live) => {
      if (follows === true && dependenciesOf(resource).some(({ urn }) => urns.has(urn))) urns.add(resource.urn);
      return urns.has(resource.urn);
    };
    const { targets, excludes, targetDependents, excludeDependents } = this.run;
    if (this.#given(excludes)) {
      const excluded = new Set(excludes);
      return resources.filter((each) => !follow(excludeDependents, excluded, each));
    }
    if (!this.#given(targets)) return [...resources];
    const targeted = new Set(targets);
    return resources.filter((each) => follow(targetDependents, targeted, each));
  }

  /** The resources that a refresh reads after the program: with dependents, the engine adds what a match depends on. */
  refreshedAfterProgram(resources: readonly Live[]): Live[] {
    const { targets, excludes, targetDependents, excludeDependents } = this.run;
    const select = (urns: readonly Urn[], follows: boolean | undefined) => {
      const selected = new Set(urns);
      return (resource: Live): boolean => {
        if (!selected.has(resource.urn)) return false;
        if (follows === true) for (const { urn } of dependenciesOf(resource)) selected.add(urn);
        return true;
      };
    };
    if (this.#given(excludes)) {
      const isExcluded = select(excludes ?? [], excludeDependents);
      return resources.filter((each) => !isExcluded(each));
    }
    return this.#given(targets) ? resources.filter(select(targets ?? [], targetDependents)) : [...resources];
  }

  /** The URNs that a run may delete; undefined for all. Dependents of a target go with it. */
  deletable(
    resources: readonly Live[],
    graph: Graph,
    replacedWith: (resource: Live) => Promise<readonly Live[]>,
  ): Promise<((urn: Urn) => boolean) | undefined> {
    if (this.constrained) return this.#targetsAndDependents(resources, graph, replacedWith);
    return Promise.resolve(this.#given(this.run.excludes) ? this.#notExcluded(resources, graph) : undefined);
  }

  async #targetsAndDependents(
    resources: readonly Live[],
    graph: Graph,
    replacedWith: (resource: Live) => Promise<readonly Live[]>,
  ): Promise<(urn: Urn) => boolean> {
    const found = new Set<Urn>();
    const frontier = resources.filter(({ urn }) => this.#given(this.run.targets, urn));
    for (const next of frontier) {
      if (found.has(next.urn)) continue;
      found.add(next.urn);
      frontier.push(...graph.dependentsOf(next, found, true));
    }
    const deletable = new Set(found);
    for (const each of resources.filter(({ urn }) => found.has(urn)))
      for (const dependent of await replacedWith(each)) deletable.add(dependent.urn);
    return (urn) => deletable.has(urn);
  }

  #notExcluded(resources: readonly Live[], graph: Graph): (urn: Urn) => boolean {
    const kept = new Set<Urn>();
    const frontier = resources.filter(({ urn }) => this.#given(this.run.excludes, urn));
    for (const next of frontier) {
      if (kept.has(next.urn)) continue;
      // Its parent, the stack, is kept too, and so is all that depends on the stack.
      if (this.run.excludeDependents === true) return () => false;
      kept.add(next.urn);
      frontier.push(...graph.dependenciesOf(next));
    }
    return (urn) => !kept.has(urn) || !resources.some((each) => each.urn === urn && !each.delete);
  }

  #isTargeted(resource: Live): boolean {
    if (this.#given(this.run.targets, resource.urn)) return true;
    return this.run.targetDependents === true && dependenciesOf(resource).some(({ urn }) => this.#targeted.has(urn));
  }

  #isExcluded(resource: Live): boolean {
    if (this.#given(this.run.excludes, resource.urn)) return true;
    return this.run.excludeDependents === true && dependenciesOf(resource).some(({ urn }) => this.#excluded.has(urn));
  }

  #given(urns: readonly Urn[] | undefined, urn?: Urn): boolean {
    if (urns === undefined) return false;
    return urn === undefined ? urns.length > 0 : urns.includes(urn);
  }
}
