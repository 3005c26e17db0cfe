import type { PlannedStep } from "./steps";
import { Graph } from "./graph";
import type { Live } from "./live";
import type { Progress } from "./progress";
import { dependentsToReplace, resourcesReplacedWith } from "./replacements";

type Delete = Extract<PlannedStep, { op: "delete" | "remove-pending-replace" }>;

export interface Deletes {
  /** For resources that are not targeted: they stay as they are. */
  readonly sames: PlannedStep[];
  readonly deletes: Delete[];
}

/** Plans the deletion of what is replaced, or was not registered, or a destroy is to delete. */
export async function planDeletes(progress: Progress): Promise<Deletes> {
  const { base, targets, refreshed, deletes: urns } = progress;
  const deletable = await targets.deletable(base.resources, scheduleGraph(progress), async (resource) => [
    ...(await dependentsToReplace(progress, resource)),
    ...resourcesReplacedWith(progress, resource.urn),
  ]);
  const isDeletable = (resource: Live) => deletable?.(resource.urn) ?? true;
  const sames: PlannedStep[] = [];
  const deletes: Delete[] = [];
  for (const each of base.resources) {
    const resource = isDeletable(each) ? (refreshed.get(each) ?? each) : each;
    if (!isDeletable(each)) {
      if (!progress.wasSeen(each.urn)) sames.push(progress.untargetedSame(each));
    } else if (resource.delete) {
      if (progress.deletedEarly.has(resource)) continue;
      urns.add(resource.urn);
      deletes.push({ op: "delete", old: resource, replacing: true, beforeReplacement: false });
    } else if (!progress.wasSeen(resource.urn)) {
      urns.add(resource.urn);
      deletes.push(
        resource.pendingReplacement
          ? { op: "remove-pending-replace", old: resource }
          : { op: "delete", old: resource, replacing: false, beforeReplacement: false },
      );
    }
  }
  for (const resource of progress.toDelete.filter(isDeletable)) {
    urns.add(resource.urn);
    deletes.push({ op: "delete", old: resource, replacing: false, beforeReplacement: false });
  }
  const unnamed = deletes.filter(({ old }) => !targets.mayDelete(old.urn));
  progress.errors.push(...unnamed.map(({ old }) => `${old.urn} will be destroyed but was not specified in --target`));
  if (unnamed.length > 0) progress.refuse("delete untargeted resource");
  return { sames, deletes };
}

/** Orders deletes: those of one batch run at the same time, and nothing goes before what depends on it. */
export function deleteBatches(
  progress: Progress,
  steps: readonly Delete[],
  choose: (count: number) => number,
): Delete[][] {
  const graph = scheduleGraph(progress);
  const left = new Map(steps.map((step) => [step.old, step]));
  const batches: Delete[][] = [];
  while (left.size > 0) {
    const free = [...left.keys()].filter((each) => ![...graph.dependenciesOf(each)].some((other) => left.has(other)));
    batches.unshift(
      shuffled(
        free.flatMap((each) => left.get(each) ?? []),
        choose,
      ),
    );
    for (const each of free) left.delete(each);
  }
  return batches;
}

function shuffled<Item>(items: readonly Item[], choose: (count: number) => number): Item[] {
  const left = [...items];
  const order: Item[] = [];
  while (left.length > 0) order.push(...left.splice(left.length === 1 ? 0 : choose(left.length), 1));
  return order;
}

function scheduleGraph({ toDelete, base, refreshed }: Progress): Graph {
  const graph = new Graph([...toDelete, ...base.resources]);
  for (const [old, current] of refreshed) graph.alias(current, old);
  return graph;
}
