import * as z from "zod";
import { admins, authorize } from "../access";
import { pause } from "../context";
import type { Context, Handler } from "../context";
import { Refusal } from "../errors";
import { parseBody, text } from "../requestBody";
import type { Membership } from "../state";
import { ticketProblem } from "../tokens";
import { callOrRefuse, tryCall } from "./calls";
import type { FederationCall } from "./calls";
import { inMessage, recordEvent } from "./events";
import { jointTicket } from "./jointTicket";
import { endMembership } from "./membership";
import { requireJoint, requireMaster } from "./roles";

const leaveBody = z.object({ force: z.boolean().nullish() });

/** POST /v1/fed/leave; by force it succeeds whatever the master says (rest-api.md#leaving). */
export const leave: Handler = (context, call) =>
  context.lock.runExclusive(async () => {
    const caller = authorize(context, call, admins);
    const membership = requireJoint(context);
    const { force } = parseBody(leaveBody, call.body);
    const notice = leaveNotice(context, membership, caller.name);
    if (force) {
      await tryCall(context, notice);
    } else {
      const reply = await callOrRefuse(context, notice);
      if (reply.status !== 200) throw new Refusal(500, 39, reply.statusText);
    }
    endMembership(context, "Federation.Leave");
  });

function leaveNotice(context: Context, membership: Membership, user: string): FederationCall {
  return {
    to: membership.master.rest,
    path: "/v1/fed/leave_internal",
    body: {
      id: membership.id,
      joint_ticket: jointTicket(context, membership),
      user,
      remote: context.state.localRest.server,
      user_roles: { "": "admin" },
    },
  };
}

const leaveInternalBody = z.object({ id: text, joint_ticket: text, user: text, remote: text });

/** POST /v1/fed/leave_internal: a member tells this master that it goes (rest-api.md#calls-between-controllers). */
export const leaveInternal: Handler = (context, call) =>
  context.lock.runExclusive(async () => {
    const mastership = requireMaster(context);
    const body = parseBody(leaveInternalBody, call.body);
    if (body.id === "") throw new Refusal(400, 6);
    const member = mastership.members.get(body.id);
    if (!member) throw new Refusal(404, 6, "Fail to leave federation");
    if (ticketProblem(member.secret, body.joint_ticket, context.clock.now()) !== undefined) throw new Refusal(400, 6);
    await pause(context.clock, context.options.timings.removalMs);
    mastership.members.delete(member.id);
    const by = { user: body.user, userAddr: body.remote };
    recordEvent(context, "Federation.Leave", { ...by, message: `Cluster ${inMessage(member)} leaves federation` });
  });
