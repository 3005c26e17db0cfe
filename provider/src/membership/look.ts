import { getFedMember } from "../controller/client";
import type { View } from "./membership";
import type { Session } from "../controller/session";

/** The sides of a membership that we may read; `undefined` where we have no credentials. */
export interface Sides {
  readonly site: Session | undefined;
  readonly master: Session | undefined;
}

/**
 * What both sides say of their federation, asked at once.
 * @throws NeuVectorError when a side that we have credentials for does not answer: silence is never "gone".
 */
export async function look({ site, master }: Sides, signal?: AbortSignal): Promise<View> {
  const [siteReply, masterReply] = await Promise.all([
    site === undefined ? undefined : getFedMember(site, { signal }),
    master === undefined ? undefined : getFedMember(master, { signal }),
  ]);
  return { site: siteReply, master: masterReply };
}
