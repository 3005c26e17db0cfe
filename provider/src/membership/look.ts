import { getFedMember } from "../controller/client";
import { isUnlisted, type View } from "./membership";
import type { Session } from "../controller/session";

/** The sides of a membership that we may read; `undefined` where we have no credentials. */
export interface Sides {
  readonly site: Session | undefined;
  readonly master: Session | undefined;
}

/**
 * What both sides say of their federation: the master first, then the site, and the master again where its list lacks
 * the site. Asked at once, a slow answer could tell of a later moment than the other (contract 10). In this order a
 * member that the list lacks was removed, and a listed site that calls itself standalone has left or is still joining.
 * @throws NeuVectorError when a side that we have credentials for does not answer: silence is never "gone".
 */
export async function look({ site, master }: Sides, signal?: AbortSignal): Promise<View> {
  const ask = async (side: Session | undefined): Promise<View["site"]> =>
    side === undefined ? undefined : getFedMember(side, { signal });
  const listed = await ask(master);
  const view = { master: listed, site: await ask(site) };
  return isUnlisted(view) ? { ...view, master: await ask(master) } : view;
}
