import { isSameMembership, type Site } from "../../resources/fedJoin/site";
import { addressKey } from "../../values/address";

/** A membership that a resource of a stack owns. */
export interface Claim {
  readonly stack: string;
  /** The controller's id of the membership, if known. */
  readonly clusterId: string | undefined;
  readonly site: Site | undefined;
}

/** For each claim, the stacks of other claims to the same membership, even if no controller answered. */
export function otherOwners(claims: readonly Claim[]): string[][] {
  const byKey = new Map<string, Claim[]>();
  for (const claim of claims) {
    for (const key of keysOf(claim)) byKey.set(key, [...(byKey.get(key) ?? []), claim]);
  }
  return claims.map((claim) => {
    const others = keysOf(claim)
      .flatMap((key) => byKey.get(key) ?? [])
      .filter((other) => other !== claim && isSame(claim, other));
    return [...new Set(others)].map(({ stack }) => stack);
  });
}

/** Keys of a claim. Only claims with a common key can be to the same membership. */
function keysOf({ clusterId, site }: Claim): string[] {
  const { controller, jointRest } = site ?? {};
  return [
    ...(clusterId === undefined ? [] : [`id ${clusterId}`]),
    ...(controller === undefined ? [] : [`controller ${addressKey(controller)}`]),
    ...(jointRest === undefined ? [] : [`joint ${addressKey(jointRest)}`]),
  ];
}

function isSame(one: Claim, other: Claim): boolean {
  if (one.clusterId !== undefined && one.clusterId === other.clusterId) return true;
  return one.site !== undefined && other.site !== undefined && isSameMembership(one.site, other.site);
}
