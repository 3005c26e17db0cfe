import type { PlannedStep } from "./steps";
import { diffWith, withReplaceOnChanges } from "./diff";
import type { Live } from "./live";
import { Bail, type Progress } from "./progress";
import { unknownValue } from "./provider";
import type { Urn } from "./urn";

/** Deletes what depends on a resource that is deleted before its replacement, then the resource itself. */
export async function deletesBeforeReplacement(progress: Progress, urn: Urn, old: Live): Promise<PlannedStep[]> {
  const known = !progress.preview || progress.base.graph.has(old);
  const dependents = [
    ...(known ? await dependentsToReplace(progress, old) : []),
    ...resourcesReplacedWith(progress, urn),
  ];
  const steps: PlannedStep[] = [];
  for (const each of dependents.reverse()) {
    if (progress.deletedEarly.has(each)) continue;
    if (each.delete) {
      steps.push({ op: "delete", old: each, replacing: false, beforeReplacement: false });
    } else {
      if (each.protect) {
        const reason = `unable to replace ${each.urn} as part of replacing ${urn}: it is protected`;
        progress.errors.push(reason);
        throw new Bail(reason);
      }
      steps.push({ op: "delete", old: each, replacing: true, beforeReplacement: true });
    }
    progress.deletes.add(each.urn);
    progress.deletedEarly.add(each);
  }
  // Else it is deleted already, and only its replacement is missing.
  if (!old.pendingReplacement) steps.push({ op: "delete", old, replacing: true, beforeReplacement: true });
  return steps;
}

/** What depends on a resource and would be replaced if that one's outputs changed. */
export async function dependentsToReplace(progress: Progress, root: Live): Promise<Live[]> {
  const { base, creates, sames, updates, deletes, replaces } = progress;
  const registered = new Set([creates, sames, updates, deletes, replaces].flatMap((set) => [...set]));
  const urns = new Set([root.urn]);
  const found: Live[] = [];
  for (const each of base.graph.dependentsOf(root, registered, false)) {
    if (!(await isReplacedBy(progress, each, urns))) continue;
    found.push(each);
    urns.add(each.urn);
  }
  return found;
}

async function isReplacedBy(progress: Progress, resource: Live, replaced: ReadonlySet<Urn>): Promise<boolean> {
  const depends = (key: string) => resource.propertyDependencies[key]?.some((urn) => replaced.has(urn)) === true;
  const keys = Object.keys(resource.inputs);
  if (!resource.custom || !keys.some(depends)) return false;
  const inputs = Object.fromEntries(keys.map((key) => [key, depends(key) ? unknownValue : resource.inputs[key]]));
  const difference = await diffWith(progress.steps.provider, resource, inputs, resource.ignoreChanges);
  return withReplaceOnChanges(difference, resource.replaceOnChanges, false).replace;
}

/** What has the resource in its option `replaceWith`. */
export function resourcesReplacedWith({ base, steps }: Progress, urn: Urn): Live[] {
  const candidates = new Map([...base.current, ...steps.news]);
  return [...candidates.values()].filter(({ replaceWith }) => replaceWith.includes(urn));
}
