import type { ResourceProps } from "../shared/props";
import { readAddress } from "../shared/readAddress";
import { addressKey, sameAddress, type Address } from "../../values/address";

/** The addresses of a site and its master, as far as plain values tell them. */
export interface Site {
  readonly controller: Address | undefined;
  readonly jointRest: Address | undefined;
  readonly master: {
    readonly rest: Address | undefined;
    readonly federation: Address | undefined;
    /** The controller's id of the master, known once the site is a member. */
    readonly id: string | undefined;
  };
}

/** Reads the site from arguments, inputs or stored properties; `undefined` if they tell none of its addresses. */
export function readSite(props: ResourceProps): Site | undefined {
  const [controller, jointRest] = [readAddress(props, ["controller"], 10443), readAddress(props, ["jointRest"])];
  if (controller === undefined && jointRest === undefined) return undefined;
  const id = props["masterId"];
  return {
    controller,
    jointRest,
    master: {
      rest: readAddress(props, ["master", "rest"], 10443),
      federation: readAddress(props, ["master", "federation"], 11443),
      id: typeof id === "string" && id !== "" ? id : undefined,
    },
  };
}

/** Returns true if both are one cluster: the same controller, or the same joint address. */
export function isSameSite(one: Site, other: Site): boolean {
  return isSame(one.controller, other.controller) || isSame(one.jointRest, other.jointRest);
}

/**
 * Returns true if both are one membership. A joint address is meant from the master's point of view: the same private
 * address at two masters may be two sites.
 */
export function isSameMembership(one: Site, other: Site): boolean {
  if (isSame(one.controller, other.controller)) return true;
  return isSame(one.jointRest, other.jointRest) && !isOtherMaster(one.master, other.master);
}

/** Returns keys of a site. Two sites without a common key are different memberships. */
export function siteKeys({ controller, jointRest }: Site): string[] {
  return [
    ...(controller === undefined ? [] : [`controller ${addressKey(controller)}`]),
    ...(jointRest === undefined ? [] : [`joint ${addressKey(jointRest)}`]),
  ];
}

function isOtherMaster(one: Site["master"], other: Site["master"]): boolean {
  if (one.id !== undefined && other.id !== undefined) return one.id !== other.id;
  return isOther(one.federation, other.federation) || isOther(one.rest, other.rest);
}

function isSame(one: Address | undefined, other: Address | undefined): boolean {
  return one !== undefined && other !== undefined && sameAddress(one, other);
}

function isOther(one: Address | undefined, other: Address | undefined): boolean {
  return one !== undefined && other !== undefined && !sameAddress(one, other);
}

interface DeclaredSite {
  readonly name: string;
  readonly site: Site;
}

/** The sites that each run has declared, by their keys. One process may run several programs (Automation API). */
const declaredSites = new WeakMap<object, Map<string, readonly DeclaredSite[]>>();

/**
 * Records the site of a FedJoin's arguments, as far as plain values tell it. Returns the name of the FedJoin of the same run
 * that declared it before. The stack resource identifies the run; a unit test with mocks has none.
 */
export function declareSite(run: object | undefined, name: string, args: object): string | undefined {
  const site = readSite({ ...args });
  if (run === undefined || site === undefined) return undefined;
  const declared = declaredSites.get(run) ?? new Map<string, readonly DeclaredSite[]>();
  declaredSites.set(run, declared);
  const withKey = (key: string): readonly DeclaredSite[] => declared.get(key) ?? [];
  const keys = siteKeys(site);
  const first = keys.flatMap(withKey).find((other) => isSameMembership(other.site, site));
  if (first === undefined) for (const key of keys) declared.set(key, [...withKey(key), { name, site }]);
  return first?.name;
}
