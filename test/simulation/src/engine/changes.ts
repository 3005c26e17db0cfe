import { type Difference, diffWith, inputsDiffer, replacement, withReplaceOnChanges } from "./diff";
import type { Live } from "./live";
import { Bail, type Progress } from "./progress";
import type { Props } from "./provider";
import type { Pending } from "./registrations";
import { deletesBeforeReplacement } from "./replacements";
import { answerOf, type PlannedStep } from "./steps";

/** Sets the checked inputs, and resolves to whether they are valid. */
export async function checkInputs(
  progress: Progress,
  current: Live,
  olds: Props | undefined,
  news: Props,
): Promise<boolean> {
  const { provider, preview } = progress.steps;
  const { inputs, failures } = await provider.check({ urn: current.urn, olds, news, preview });
  current.inputs = inputs;
  progress.errors.push(...failures.map(({ property, reason }) => `${current.urn}: ${property} ${reason}`));
  return failures.length === 0;
}

/** Updates or replaces a resource, or leaves it alone, as its provider says. */
export async function changeSteps(
  progress: Progress,
  pending: Pending,
  old: Live,
  current: Live,
): Promise<PlannedStep[]> {
  const hasInitErrors = old.initErrors.length > 0;
  const difference = withReplaceOnChanges(
    await differenceOf(progress, old, current),
    current.replaceOnChanges,
    hasInitErrors,
  );
  if (old.pendingReplacement || (difference.changes && difference.replace)) {
    return replacementSteps(progress, pending, old, current, difference);
  }
  if (difference.changes || hasInitErrors) {
    progress.updates.add(current.urn);
    return [{ op: "update", old, current, pending }];
  }
  if (progress.imports.has(current.urn)) {
    pending.done(answerOf(old, "success"));
    return [];
  }
  progress.sames.add(current.urn);
  return [{ op: "same", old, current, pending }];
}

async function differenceOf(progress: Progress, old: Live, current: Live): Promise<Difference> {
  if (progress.isToBeReplaced(current.urn, old)) return replacement;
  if (current.replaceWith.some((urn) => progress.replaces.has(urn))) return replacement;
  if (old.custom !== current.custom) return replacement;
  if (!current.custom)
    return { changes: inputsDiffer(old, current.inputs), replace: false, deleteBeforeReplace: false };
  return diffWith(progress.steps.provider, old, current.inputs, current.ignoreChanges);
}

async function replacementSteps(
  progress: Progress,
  pending: Pending,
  old: Live,
  current: Live,
  difference: Difference,
): Promise<PlannedStep[]> {
  const { goal } = pending;
  const { urn } = current;
  if (current.protect && old.protect) progress.refuse(`unable to replace ${urn}: it is protected`);
  if (goal.registration.options?.import !== undefined && !progress.preview) {
    throw new Error("previously-imported resources that still specify an ID may not be replaced");
  }
  progress.replaces.add(urn);
  // The old inputs count no more.
  if (
    current.custom &&
    !progress.isToBeReplaced(urn, old) &&
    !(await checkInputs(progress, current, undefined, goal.inputs))
  ) {
    throw new Bail(`resource ${urn} has check errors`);
  }
  const deletesFirst = goal.registration.options?.deleteBeforeReplace ?? difference.deleteBeforeReplace;
  if (!deletesFirst) {
    return [
      { op: "create", old, current, pending, pendingDelete: true },
      { op: "replace", old, current },
    ];
  }
  return [
    ...(await deletesBeforeReplacement(progress, urn, old)),
    { op: "replace", old, current },
    { op: "create", old, current, pending },
  ];
}
