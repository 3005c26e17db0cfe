import * as z from "zod";
import { admins, type Caller } from "../access";
import { randomId, type Context } from "../context";
import { endpoint } from "../endpoint";
import { restInfo, text, unsigned } from "../requestBody";
import { closeSessions } from "../sessions";
import type { Mastership, RestInfo } from "../state";
import { masterBody } from "./clusterBody";
import { startPinging } from "./ping";
import { promotedRevisions } from "./revisions";
import { chooseRest, requireProxyChoice } from "./restInfo";

const promoteBody = z.object({
  name: text,
  master_rest_info: restInfo.nullish(),
  ping_interval: unsigned,
  poll_interval: unsigned,
  use_proxy: text,
  deploy_repo_scan_data: z.boolean().nullish(),
});

/** POST /v1/fed/promote (rest-api.md#promoting-and-demoting). */
export const promote = endpoint(
  { afterCleanup: true, exclusive: true, roles: admins, as: "", body: promoteBody },
  async (context, { caller, input }) => {
    const { state } = context;
    requireProxyChoice(input.use_proxy);
    const rest = chooseRest(input.master_rest_info, state.localRest);
    state.pingMinutes = input.ping_interval || 1;
    state.pollMinutes = input.poll_interval || 1;
    state.useProxy = input.use_proxy;
    state.deployRepoScanData = input.deploy_repo_scan_data ?? false;
    const { role, id } = await becomeMaster(context, { name: input.name, rest });
    grantFederationRoles(context, caller);
    return {
      fed_role: role,
      master_cluster: masterBody({ id, name: "", rest }),
      deploy_repo_scan_data: state.deployRepoScanData,
    };
  },
);

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
