import * as z from "zod";
import { admins } from "../access";
import { randomId, type Call, type Context } from "../context";
import { endpoint } from "../endpoint";
import { Refusal } from "../errors";
import { parseBody, parseJson, restInfo, text, unsigned } from "../requestBody";
import type { RestInfo } from "../state";
import { decodeJoinToken } from "../tokens";
import { callOrRefuse } from "./calls";
import { joinDirectly } from "./directJoin";
import { becomeJoint } from "./membership";
import { relayedRefusal, unusableReply } from "./relay";
import { chooseRest, isValidRest, requireProxyChoice } from "./restInfo";

const joinBody = z.object({
  name: text,
  server: text,
  port: unsigned,
  join_token: text,
  joint_rest_info: restInfo.nullish(),
  use_proxy: z.string().nullish(),
});

const joinAsSite = endpoint({ roles: admins, as: "" }, (context, call) => {
  const order = readOrder(context, call);
  // The name sticks even when the master refuses (rest-api.md#joining).
  context.state.clusterName = order.name;
  return askMaster(context, order, call.caller.name);
});

/** POST /v1/fed/join (rest-api.md#joining). */
export const join = endpoint({ afterCleanup: true, exclusive: true }, (context, call) => {
  const { options, state } = context;
  const isDirect = options.acceptDirectJoin && state.federation.role === "master";
  return isDirect ? joinDirectly(context, call) : joinAsSite(context, call);
});

interface JoinOrder {
  readonly name: string;
  readonly master: RestInfo;
  readonly ticket: string;
  readonly rest: RestInfo;
  readonly useProxy: string;
}

function readOrder({ state }: Context, call: Call): JoinOrder {
  const body = parseBody(joinBody, call.body);
  const token = decodeJoinToken(body.join_token);
  const name = body.name || state.clusterName;
  const master = { server: body.server || (token?.server ?? ""), port: body.port || (token?.port ?? 0) };
  const useProxy = body.use_proxy ?? state.useProxy;
  requireProxyChoice(useProxy);
  if (!token?.ticket || !isValidRest(master)) throw new Refusal(400, 6);
  return { name, master, ticket: token.ticket, rest: chooseRest(body.joint_rest_info, state.localRest), useProxy };
}

const joinInternalReply = z.object({
  poll_interval: z.int(),
  master_cluster: z.object({ id: z.string(), name: z.string() }),
});

async function askMaster(context: Context, order: JoinOrder, user: string): Promise<void> {
  const { options, state, random } = context;
  const identity = { id: randomId(random), secret: randomId(random) };
  const reply = await callOrRefuse(context, {
    to: order.master,
    path: "/v1/fed/join_internal",
    body: {
      user,
      remote: order.rest.server,
      user_roles: { "": "admin" },
      fed_kv_version: options.fedKvVersion,
      rest_version: options.restVersion,
      join_ticket: order.ticket,
      joint_cluster: {
        ...identity,
        disabled: false,
        name: order.name,
        user,
        status: "",
        rest_version: "",
        k8s_uid: "",
        rest_info: order.rest,
        proxy_required: false,
      },
      csp_type: "none",
      nodes: 1,
    },
  });
  if (reply.status !== 200) throw relayedRefusal(reply);
  const accepted = joinInternalReply.safeParse(parseJson(reply.body));
  if (!accepted.success) throw unusableReply(reply);
  state.useProxy = order.useProxy;
  becomeJoint(context, {
    ...identity,
    rest: order.rest,
    master: { ...accepted.data.master_cluster, rest: order.master },
    pollMinutes: accepted.data.poll_interval,
  });
}
