import { getFedMember } from "../controller/client";
import type { View } from "./membership";
import type { Session } from "../controller/session";

/** The sides of a membership that we may read; `undefined` where we have no credentials. */
export interface Sides {
  readonly site: Session | undefined;
  readonly master: Session | undefined;
}

/**
 * What both sides say of their federation, asked at once. Waits for both, so that nothing is under way any more when
 * one of them failed.
 * @throws NeuVectorError when a side that we have credentials for does not answer: silence is never "gone".
 */
export async function look({ site, master }: Sides, signal?: AbortSignal): Promise<View> {
  const [atSite, atMaster] = await Promise.allSettled([
    site === undefined ? undefined : getFedMember(site, { signal }),
    master === undefined ? undefined : getFedMember(master, { signal }),
  ]);
  if (atSite.status === "rejected") throw atSite.reason;
  if (atMaster.status === "rejected") throw atMaster.reason;
  return { site: atSite.value, master: atMaster.value };
}
