import { isSameMembership, readSite, type Site } from "./site";

/** The sites that each run has declared: one process may run several programs (Automation API). */
const declared = new WeakMap<object, readonly { readonly name: string; readonly site: Site }[]>();

/**
 * Notes the site of a FedJoin's arguments, as far as plain values tell it. Gives the name of the FedJoin of the same run
 * that declared it before. A run is known by its stack resource; a unit test with mocks has none.
 */
export function declareSite(run: object | undefined, name: string, args: object): string | undefined {
  const site = readSite({ ...args });
  if (run === undefined || site === undefined) return undefined;
  const others = declared.get(run) ?? [];
  const first = others.find((other) => isSameMembership(other.site, site));
  if (first === undefined) declared.set(run, [...others, { name, site }]);
  return first?.name;
}
