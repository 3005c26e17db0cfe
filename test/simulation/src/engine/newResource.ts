import type { Live } from "./live";
import type { Goal } from "./registrations";
import type { Urn } from "./urn";

/** The resource that a registration asks for, before its inputs are checked. */
export function newResource(goal: Goal, previous: Urn | undefined): Live {
  const { options = {}, type } = goal.registration;
  return {
    urn: goal.urn,
    type,
    custom: goal.custom,
    delete: false,
    id: "",
    inputs: goal.inputs,
    outputs: {},
    parent: goal.parent,
    dependencies: goal.dependencies,
    propertyDependencies: goal.propertyDependencies,
    protect: goal.protect ?? false,
    retainOnDelete: goal.retainOnDelete ?? false,
    deletedWith: goal.deletedWith,
    replaceWith: goal.replaceWith,
    ignoreChanges: options.ignoreChanges ?? [],
    replaceOnChanges: options.replaceOnChanges ?? [],
    pendingReplacement: false,
    initErrors: [],
    taint: false,
    importId: options.import,
    aliases: previous === undefined ? [] : [previous],
  };
}
