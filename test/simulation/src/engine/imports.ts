import type { PlannedStep } from "./steps";
import type { Live } from "./live";
import { Bail, type Progress } from "./progress";
import type { ImportEntry } from "./run";
import { createUrn } from "./urn";

/** The batches of `pulumi import`: each resource of the state stays, then come parents before their children. */
export function planImports(progress: Progress, entries: readonly ImportEntry[]): PlannedStep[][] {
  const { base, stack } = progress;
  const sames = base.resources.filter((each) => !each.delete).map((each) => [progress.untargetedSame(each)]);
  const left = new Map<string, PlannedStep & { op: "import" }>();
  for (const entry of entries) {
    const current = importedResource(createUrn(stack, entry.type, entry.name, entry.parent), entry);
    if (left.has(current.urn)) throw new Bail(`duplicate import ${current.urn}`);
    const old = base.current.get(current.urn);
    if (old === undefined || (old.importId ?? old.id) !== entry.id) left.set(current.urn, { op: "import", current });
  }
  const batches: PlannedStep[][] = [];
  while (left.size > 0) {
    const free = [...left.values()].filter(({ current }) => !left.has(current.parent ?? ""));
    for (const { current } of free) left.delete(current.urn);
    batches.push(free);
  }
  return [...sames, ...batches];
}

function importedResource(urn: string, { type, id, parent, inputs = {}, outputs = {} }: ImportEntry): Live {
  return {
    ...{ urn, type, custom: true, delete: false, id: "", inputs, outputs, parent },
    ...{ dependencies: [], propertyDependencies: {}, protect: true, retainOnDelete: false },
    ...{ deletedWith: undefined, replaceWith: [], ignoreChanges: [], replaceOnChanges: [] },
    ...{ pendingReplacement: false, initErrors: [], taint: false, importId: id, aliases: [] },
  };
}
