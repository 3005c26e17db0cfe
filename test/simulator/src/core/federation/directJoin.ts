import * as z from "zod";
import { admins, authorize } from "../access";
import { randomId, type Call, type Context } from "../context";
import { endpoint } from "../endpoint";
import { Refusal } from "../errors";
import { parseBody, parseJson, restInfo, text, unsigned } from "../requestBody";
import { decodeJoinToken } from "../tokens";
import { acceptMember } from "./acceptMember";
import { tryCall } from "./calls";
import { becomeJoint } from "./membership";
import { chooseRest } from "./restInfo";
import { requireMaster } from "./roles";

const directJoinBody = z.object({ name: text, join_token: text, joint_rest_info: restInfo.nullish() });

/**
 * POST /v1/fed/join sent to a master that joins sites on their behalf; no stock controller does.
 * The token is the credential; a credential that is sent, or demanded by the option, is checked as well.
 */
export async function joinDirectly(context: Context, call: Call): Promise<void> {
  const isCredentialSent = "x-auth-token" in call.headers || "x-auth-apikey" in call.headers;
  if (isCredentialSent || context.options.acceptDirectJoin === "withSession") authorize(context, call, admins);
  const mastership = requireMaster(context);
  const body = parseBody(directJoinBody, call.body);
  const token = decodeJoinToken(body.join_token);
  if (body.name === "" || !token?.ticket) throw new Refusal(400, 6);
  const rest = chooseRest(body.joint_rest_info, { server: "", port: 0 });
  const member = await acceptMember(context, mastership, {
    name: body.name,
    id: randomId(context.random),
    secret: randomId(context.random),
    rest,
    restVersion: context.options.restVersion,
    ticket: token.ticket,
  });
  const { clusterName, localRest, pollMinutes } = context.state;
  const reply = await tryCall(context, {
    to: rest,
    path: "/v1/sim/adopt",
    body: {
      name: member.name,
      id: member.id,
      secret: member.secret,
      rest_info: rest,
      master_cluster: { id: mastership.id, name: clusterName, rest_info: localRest },
      poll_interval: pollMinutes,
    },
  });
  if (reply?.status === 200) return;
  mastership.members.delete(member.id);
  throw refusedAdoption(reply && parseJson(reply.body), reply?.status);
}

const refusalBody = z.object({ code: z.int(), message: z.string() });

function refusedAdoption(body: unknown, status = 400): Refusal {
  const parsed = refusalBody.safeParse(body);
  return parsed.success ? new Refusal(status, parsed.data.code, parsed.data.message) : new Refusal(400, 40);
}

const adoptBody = z.object({
  name: text,
  id: text,
  secret: text,
  rest_info: restInfo,
  master_cluster: z.object({ id: text, name: text, rest_info: restInfo }),
  poll_interval: unsigned,
});

/** POST /v1/sim/adopt, a call of the simulator only: a master makes this site its member. */
export const adopt = endpoint(
  { afterCleanup: true, exclusive: true, as: "", body: adoptBody },
  (context, { input: { name, id, secret, rest_info: rest, master_cluster: master, poll_interval: pollMinutes } }) => {
    context.state.clusterName = name;
    becomeJoint(context, { id, secret, rest, master: { ...master, rest: master.rest_info }, pollMinutes });
  },
);
