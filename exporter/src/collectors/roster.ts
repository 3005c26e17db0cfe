import { isClusterNameOf } from "@fedjoin/provider/federation";

export interface RosterComparison<M> {
  readonly members: readonly { readonly member: M; readonly isDeclared: boolean }[];
  readonly entries: readonly { readonly entry: string; readonly isPresent: boolean }[];
}

/** Compares members with the roster. A roster entry is a cluster name or a store id. */
export function compareWithRoster<M extends { readonly name: string }>(
  roster: readonly string[],
  members: readonly M[],
): RosterComparison<M> {
  const means = (entry: string, { name }: M): boolean => name === entry || isClusterNameOf(entry, name);
  return {
    members: members.map((member) => ({ member, isDeclared: roster.some((entry) => means(entry, member)) })),
    entries: roster.map((entry) => ({ entry, isPresent: members.some((member) => means(entry, member)) })),
  };
}
