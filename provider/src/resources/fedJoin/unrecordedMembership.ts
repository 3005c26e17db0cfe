import { getFederation } from "../../neuvector/client/federation";
import type { Session } from "../../neuvector/session/session";
import { NeuVectorError } from "../../errors/neuVectorError";
import type { LifecycleDeps } from "../shared/lifecycleDeps";
import { formatAddress } from "../../neuvector/ports";

/**
 * Refuses to forget a membership that an interrupted move made and the state does not know: the site is a member of
 * another master under the very name of this resource. A site that does not answer was judged before.
 * @throws NeuVectorError member_elsewhere.
 */
export async function rejectUnrecordedMembership(
  id: string,
  site: Session | undefined,
  parts: LifecycleDeps,
): Promise<void> {
  if (site === undefined) return;
  const found = await getFederation(site, { signal: parts.signal }).catch(() => undefined);
  const master = found?.master_cluster;
  if (found?.fed_role !== "joint" || found.joint_clusters?.[0]?.name !== id || !master) return;
  const at = `${master.name === "" ? "a master" : master.name} (${formatAddress(master.rest_info)})`;
  throw new NeuVectorError(
    "member_elsewhere",
    `the site is a member of ${at} as ${id}, which the state does not know`,
    {
      hint: "An up that was interrupted while it moved the site may have joined it there. Run pulumi up, which records it, then repeat. If that membership is to stay, take this resource out of the state: pulumi state delete URN.",
    },
  );
}
