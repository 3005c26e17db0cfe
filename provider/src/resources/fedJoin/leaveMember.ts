import type { FedJoinInputs } from "./inputs";
import { deadlineOf } from "./joinMember";
import { leaveFederation } from "../../federation/leave";
import type { DesiredMembership } from "../../federation/membership";
import type { FederationSessions } from "../../federation/observe";
import { getFederation } from "../../neuvector/client/federation";
import { NeuVectorError } from "../../errors/neuVectorError";
import type { Session } from "../../neuvector/session/session";
import type { LifecycleDeps } from "../shared/lifecycle";
import { formatAddress } from "../../values/address";

/** Ends a membership as the inputs allow: by force, or without a master that does not answer. See `leaveFederation`. */
export function leaveMember(
  { ports, signal }: LifecycleDeps,
  inputs: Pick<FedJoinInputs, "retry" | "timeoutSeconds" | "forceLeave" | "onMasterLost">,
  membership: DesiredMembership,
  sessions: FederationSessions,
): Promise<void> {
  const request = {
    membership,
    retry: inputs.retry,
    deadlineMs: deadlineOf(inputs, ports),
    force: inputs.forceLeave,
    withoutMaster: inputs.onMasterLost === "force",
  };
  return leaveFederation(request, { ports, sessions, signal });
}

/**
 * Refuses to forget a membership that an interrupted move made and the state does not contain: the site is a member of
 * another master under the name of this resource. A site that does not answer was handled before.
 * @throws NeuVectorError member_elsewhere.
 */
export async function rejectUnrecordedMembership(
  id: string,
  site: Session | undefined,
  { signal }: LifecycleDeps,
): Promise<void> {
  if (site === undefined) return;
  const found = await getFederation(site, { signal }).catch(() => undefined);
  const master = found?.master_cluster;
  if (found?.fed_role !== "joint" || found.joint_clusters?.[0]?.name !== id || !master) return;
  const at = `${master.name === "" ? "a master" : master.name} (${formatAddress(master.rest_info)})`;
  throw new NeuVectorError(
    "member_elsewhere",
    `the site is a member of ${at} as ${id}, which the state does not know`,
    {
      hint: "An up that was interrupted while it moved the site may have joined it there. Run pulumi up, which records it, then repeat. If that membership is to stay, remove this resource from the state: pulumi state delete URN.",
    },
  );
}
