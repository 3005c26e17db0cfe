import type { Alias } from "./program";
import type { Goal } from "./registrations";
import { createUrn, nameOf, qualifiedType, type StackName, stackType, typeOf, type Urn } from "./urn";

/** The previous URNs of a resource: its own aliases, and those that it has through its parent's. */
export function aliasesOf(
  stack: StackName,
  goal: Goal,
  urnOfParent: (name: string) => Urn | undefined,
  formerUrnOf: (urn: Urn) => Urn | undefined,
): Urn[] {
  const { type, name, options } = goal.registration;
  const own = (options?.aliases ?? []).map((alias) => aliasUrn(stack, goal, alias, urnOfParent, formerUrnOf));
  const formerParent = goal.parent === undefined ? undefined : formerUrnOf(goal.parent);
  if (formerParent === undefined || goal.parent === undefined) return [...new Set(own)];
  const parentName = nameOf(goal.parent);
  const inherited = (childType: string, childName: string): Urn => {
    const formerName = childName.startsWith(parentName)
      ? nameOf(formerParent) + childName.slice(parentName.length)
      : childName;
    return createUrn(stack, childType, formerName, formerParent);
  };
  const fromOwn = own.map((urn) => inherited(typeOf(urn), nameOf(urn)));
  return [...new Set([...own, inherited(type, name), ...fromOwn])];
}

function aliasUrn(
  stack: StackName,
  goal: Goal,
  alias: Alias,
  urnOfParent: (name: string) => Urn | undefined,
  formerUrnOf: (urn: Urn) => Urn | undefined,
): Urn {
  if (typeof alias === "string") return alias;
  const { type, name } = goal.registration;
  const given =
    alias.parent === null ? undefined : alias.parent === undefined ? goal.parent : urnOfParent(alias.parent);
  const parent = given !== undefined && alias.parent !== undefined ? (formerUrnOf(given) ?? given) : given;
  return createUrn(
    stack,
    alias.type ?? type,
    alias.name ?? name,
    parent === undefined || qualifiedType(parent) === stackType ? undefined : parent,
  );
}
