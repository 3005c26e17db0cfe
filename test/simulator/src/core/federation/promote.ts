import * as z from "zod";
import { admins, authorize } from "../access";
import type { Caller } from "../access";
import type { Context, Handler } from "../context";
import { randomId } from "../context";
import { parseBody, restInfo, text, unsigned } from "../requestBody";
import { closeSessions } from "../sessions";
import type { Mastership, RestInfo } from "../state";
import { refuseDuringCleanup } from "./cleanup";
import { masterBody } from "./clusterBody";
import { refuseRemainingGroups } from "./remainingGroups";
import { startPinging } from "./ping";
import { promotedRevisions } from "./revisions";
import { chooseRest, requireProxyChoice } from "./restInfo";
import { requireStandalone } from "./roles";

const promoteBody = z.object({
  name: text,
  master_rest_info: restInfo.nullish(),
  ping_interval: unsigned,
  poll_interval: unsigned,
  use_proxy: text,
  deploy_repo_scan_data: z.boolean().nullish(),
});

/** POST /v1/fed/promote (rest-api.md#promoting-and-demoting). */
export const promote: Handler = (context, call) => {
  refuseDuringCleanup(context);
  return context.lock.runExclusive(async () => {
    const caller = authorize(context, call, admins);
    requireStandalone(context);
    refuseRemainingGroups(context);
    const body = parseBody(promoteBody, call.body);
    requireProxyChoice(body.use_proxy);
    const rest = chooseRest(body.master_rest_info, context.state.localRest);
    context.state.pingMinutes = body.ping_interval || 1;
    context.state.pollMinutes = body.poll_interval || 1;
    context.state.useProxy = body.use_proxy;
    context.state.deployRepoScanData = body.deploy_repo_scan_data ?? false;
    const { role, id } = await becomeMaster(context, { name: body.name, rest });
    grantFederationRoles(context, caller);
    return {
      fed_role: role,
      master_cluster: masterBody({ id, name: "", rest }),
      deploy_repo_scan_data: context.state.deployRepoScanData,
    };
  });
};

interface MasterSettings {
  /** Empty keeps the present name. */
  readonly name: string;
  readonly rest: RestInfo;
}

/** Makes the controller a master, opens the federation listener and starts to ping. */
export async function becomeMaster(context: Context, { name, rest }: MasterSettings): Promise<Mastership> {
  const { state, random } = context;
  const mastership: Mastership = {
    role: "master",
    id: randomId(random),
    secret: randomId(random),
    members: new Map(),
    revisions: promotedRevisions,
  };
  if (name !== "") state.clusterName = name;
  state.localRest = rest;
  state.federation = mastership;
  await context.federationListener.open();
  startPinging(context);
  return mastership;
}

/** `admin` and the calling user become fedAdmin and lose their sessions; an API key keeps its role. */
export function grantFederationRoles(context: Context, caller?: Caller): void {
  const raised = new Set(["admin", ...(caller?.via === "session" ? [caller.name] : [])]);
  for (const username of raised) {
    const user = context.state.users.get(username);
    if (user) user.role = "fedAdmin";
  }
  closeSessions(context, ({ username }) => raised.has(username));
}
