import * as z from "zod";
import { admins, authorize } from "../access";
import type { Context, Handler } from "../context";
import { Refusal } from "../errors";
import { parseBody, restInfo, unsigned } from "../requestBody";
import { isValidRest, requireProxyChoice } from "./restInfo";

const configBody = z.object({
  name: z.string().nullish(),
  rest_info: restInfo.nullish(),
  use_proxy: z.string().nullish(),
  ping_interval: unsigned,
  poll_interval: unsigned,
  deploy_repo_scan_data: z.boolean().nullish(),
});
type FederationConfig = z.infer<typeof configBody>;

/** PATCH /v1/fed/config (rest-api.md#cluster-configuration). */
export const config: Handler = (context, call) => {
  const { state } = context;
  authorize(context, call, state.federation.role === "master" ? ["fedAdmin"] : admins);
  const body = parseBody(configBody, call.body);
  if (body.name === "" || (body.rest_info && !isValidRest(body.rest_info))) throw new Refusal(400, 6);
  requireProxyChoice(body.use_proxy ?? "");
  return context.lock.runExclusive(() => {
    refuseFixedSettings(context, body);
    state.clusterName = body.name ?? state.clusterName;
    state.localRest = body.rest_info ?? state.localRest;
    state.useProxy = body.use_proxy ?? state.useProxy;
    state.pingMinutes = body.ping_interval || state.pingMinutes;
    state.pollMinutes = body.poll_interval || state.pollMinutes;
    state.deployRepoScanData = body.deploy_repo_scan_data ?? state.deployRepoScanData;
  });
};

/** @throws {Refusal} 400/39 for a setting that the present role does not let change. */
function refuseFixedSettings({ state: { federation } }: Context, body: FederationConfig): void {
  const isJoint = federation.role === "joint";
  const hasMembers = federation.role === "master" && federation.members.size > 0;
  const refuse = (message: string) => new Refusal(400, 39, message);
  if (isJoint && body.deploy_repo_scan_data != null) {
    throw refuse("Options for scan data deployment can only be configured on primary cluster");
  }
  if (body.name != null) {
    if (hasMembers) throw refuse("Cluster name cannot be modified when there is other cluster in the federation");
    if (isJoint) throw refuse("Cluster name cannot be modified after joining the federation");
  }
  if (body.rest_info) {
    const subject = "Exposed REST server info is read-only";
    if (hasMembers) throw refuse(`${subject} when there is other cluster in the federation`);
    if (isJoint) throw refuse(`${subject} because this cluster already joins the federation`);
  }
}
