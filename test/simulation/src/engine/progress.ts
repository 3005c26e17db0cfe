import type { PlannedStep, StepContext } from "./steps";
import { Graph } from "./graph";
import type { Live } from "./live";
import type { Run } from "./run";
import type { Targets } from "./targets";
import type { StackName, Urn } from "./urn";

/** The resources from before the run. */
export interface Base {
  readonly resources: readonly Live[];
  /** Those that are not replaced, by URN. */
  readonly current: ReadonlyMap<Urn, Live>;
  readonly graph: Graph;
}

export function createBase(resources: readonly Live[]): Base {
  const current = new Map(resources.filter((each) => !each.delete).map((each) => [each.urn, each]));
  return { resources, current, graph: new Graph(resources) };
}

/** The run fails; its reason has been told already. */
export class Bail extends Error {}

/** What the planning of a run has found out so far. */
export class Progress {
  readonly urns = new Set<Urn>();
  readonly creates = new Set<Urn>();
  readonly updates = new Set<Urn>();
  readonly sames = new Set<Urn>();
  readonly replaces = new Set<Urn>();
  readonly deletes = new Set<Urn>();
  readonly imports = new Set<Urn>();
  readonly refreshes = new Set<Urn>();
  /** New resources that are not targeted, or that a destroy or refresh does not create. */
  readonly skippedCreates = new Set<Urn>();
  /** Deleted before the replacement of what they depend on. */
  readonly deletedEarly = new Set<Live>();
  /** What a destroy that runs the program is to delete at its end. */
  readonly toDelete: Live[] = [];
  /** Resources of the base, after their refresh during the run. */
  readonly refreshed = new Map<Live, Live>();
  /** Former URNs and the new ones, both ways. */
  readonly newUrns = new Map<Urn, Urn>();
  readonly previousUrns = new Map<Urn, Urn>();
  readonly errors: string[] = [];

  constructor(
    readonly run: Run,
    readonly stack: StackName,
    readonly base: Base,
    readonly targets: Targets,
    readonly steps: Omit<StepContext, "deletes">,
  ) {}

  get preview(): boolean {
    return this.run.preview === true;
  }

  /** Tells of an error; only a preview goes on after it. */
  refuse(reason: string): void {
    this.errors.push(reason);
    if (!this.preview) throw new Bail(reason);
  }

  /** Tells which target or exclusion names no resource, if any. */
  unknownOf(kinds: readonly ("targets" | "excludes" | "replaces")[]): string | undefined {
    const isKnown = (urn: Urn) => this.urns.has(urn) || this.base.resources.some((each) => each.urn === urn);
    const unknown = this.targets.unknown(isKnown, kinds);
    return unknown === undefined ? undefined : `no resource named '${unknown}' found`;
  }

  hasStep(urn: Urn): boolean {
    return [this.creates, this.sames, this.updates, this.deletes, this.replaces].some((set) => set.has(urn));
  }

  /** If the program registered the resource, under this URN or a new one. */
  wasSeen(urn: Urn): boolean {
    const current = this.newUrns.get(urn) ?? urn;
    return [this.sames, this.updates, this.replaces, this.refreshes].some((set) => set.has(current));
  }

  /** `--replace`, or tainted. */
  isToBeReplaced(urn: Urn, old: Live | undefined): boolean {
    return this.run.replaces?.includes(urn) === true || old?.taint === true;
  }

  /** The graph of what a destroy is to delete at its end. */
  toDeleteGraph(): Graph {
    return new Graph(this.toDelete);
  }

  untargetedSame(old: Live): PlannedStep {
    return { op: "same", old, current: { ...old, id: "" } };
  }
}
