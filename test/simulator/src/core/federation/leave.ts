import * as z from "zod";
import { admins } from "../access";
import { pause } from "../context";
import { endpoint } from "../endpoint";
import { Refusal } from "../errors";
import { text } from "../requestBody";
import { ticketProblem } from "../tokens";
import { callOrRefuse, tryCall } from "./calls";
import { inMessage, recordEvent } from "./events";
import { endMembership } from "./membership";
import { jointTicketMinutes, ticketFor } from "./tickets";

const leaveBody = z.object({ force: z.boolean().nullish() });

/** POST /v1/fed/leave; by force it succeeds whatever the master says (rest-api.md#leaving). */
export const leave = endpoint(
  { exclusive: true, roles: admins, as: "joint", body: leaveBody },
  async (context, { caller, federation, input: { force } }) => {
    const notice = {
      to: federation.master.rest,
      path: "/v1/fed/leave_internal",
      body: {
        id: federation.id,
        joint_ticket: ticketFor(context, federation, jointTicketMinutes),
        user: caller.name,
        remote: context.state.localRest.server,
        user_roles: { "": "admin" },
      },
    };
    if (force) {
      await tryCall(context, notice);
    } else {
      const reply = await callOrRefuse(context, notice);
      if (reply.status !== 200) throw new Refusal(500, 39, reply.statusText);
    }
    endMembership(context, "Federation.Leave");
  },
);

const leaveInternalBody = z.object({ id: text, joint_ticket: text, user: text, remote: text });

/** POST /v1/fed/leave_internal: a member tells this master that it goes (rest-api.md#calls-between-controllers). */
export const leaveInternal = endpoint(
  { exclusive: true, as: "master", body: leaveInternalBody },
  async (context, { federation: { members }, input: { id, joint_ticket: ticket, user, remote } }) => {
    if (id === "") throw new Refusal(400, 6);
    const member = members.get(id);
    if (!member) throw new Refusal(404, 6, "Fail to leave federation");
    if (ticketProblem(member.secret, ticket, context.clock.now()) !== undefined) throw new Refusal(400, 6);
    await pause(context.clock, context.options.timings.removalMs);
    members.delete(id);
    const message = `Cluster ${inMessage(member)} leaves federation`;
    recordEvent(context, "Federation.Leave", { user, userAddr: remote, message });
  },
);
