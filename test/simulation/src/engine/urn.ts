/** A resource's name in a state: `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`. */
export type Urn = string;

export interface StackName {
  readonly project: string;
  readonly stack: string;
}

export const stackType = "pulumi:pulumi:Stack";

export function createUrn(stack: StackName, type: string, name: string, parent?: Urn): Urn {
  const parentTypes = parent === undefined ? stackType : qualifiedType(parent);
  const prefix = parentTypes === stackType ? "" : `${parentTypes}$`;
  return `urn:pulumi:${stack.stack}::${stack.project}::${prefix}${type}::${name}`;
}

/** The types of the resource and its parents, joined by `$`. */
export const qualifiedType = (urn: Urn): string => urn.split("::")[2] ?? "";

export const typeOf = (urn: Urn): string => qualifiedType(urn).split("$").at(-1) ?? "";

export const nameOf = (urn: Urn): string => urn.split("::").slice(3).join("::");

export const stackUrn = ({ project, stack }: StackName): Urn =>
  `urn:pulumi:${stack}::${project}::${stackType}::${project}-${stack}`;
