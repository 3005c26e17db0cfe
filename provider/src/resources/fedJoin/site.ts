import { sameAddress, type Address } from "../../neuvector/ports";
import { readAddress } from "../shared/addressAt";
import type { ResourceProps } from "./state";

/** A site and its master, as far as values tell them plainly. */
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

/** The site of a FedJoin's arguments, inputs or stored form; `undefined` where they tell none of its addresses. */
export function readSite(values: ResourceProps): Site | undefined {
  const [controller, jointRest] = [readAddress(values, ["controller"], 10443), readAddress(values, ["jointRest"])];
  if (controller === undefined && jointRest === undefined) return undefined;
  const id = values["masterId"];
  return {
    controller,
    jointRest,
    master: {
      rest: readAddress(values, ["master", "rest"], 10443),
      federation: readAddress(values, ["master", "federation"], 11443),
      id: typeof id === "string" && id !== "" ? id : undefined,
    },
  };
}

/** True when both are one cluster: the same controller, or the same joint address. */
export function isSameSite(one: Site, other: Site): boolean {
  return isSame(one.controller, other.controller) || isSame(one.jointRest, other.jointRest);
}

/**
 * True when both are one membership. A joint address is told from the master's side: at two masters the same one, of a
 * private network, may be two sites.
 */
export function isSameMembership(one: Site, other: Site): boolean {
  if (isSame(one.controller, other.controller)) return true;
  return isSame(one.jointRest, other.jointRest) && !isOtherMaster(one.master, other.master);
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
