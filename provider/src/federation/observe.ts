import { getFederation } from "../neuvector/client/federation";
import { isMissingFromMaster, type Observation } from "./membershipState";
import type { Session } from "../neuvector/session/session";

/** The sides of a membership that we may read; `undefined` where we have no credentials. */
export interface FederationSessions {
  readonly site: Session | undefined;
  readonly master: Session | undefined;
}

/**
 * What both sides say of their federation: the master first, then the site, and the master again where its list lacks
 * the site. Asked at once, a slow answer could tell of a later moment than the other
 * (rest-api.md#concurrent-operations). In this order a member that the list lacks was removed, and a listed site that
 * calls itself standalone has left or is still joining.
 * @throws NeuVectorError when a side that we have credentials for does not answer: silence is never "gone".
 */
export async function observe({ site, master }: FederationSessions, signal?: AbortSignal): Promise<Observation> {
  const ask = async (side: Session | undefined): Promise<Observation["site"]> =>
    side === undefined ? undefined : getFederation(side, { signal });
  const listed = await ask(master);
  const view = { master: listed, site: await ask(site) };
  return isMissingFromMaster(view) ? { ...view, master: await ask(master) } : view;
}
