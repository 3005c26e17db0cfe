import * as z from "zod";
import { pause } from "../context";
import type { Context } from "../context";
import type { OutboundReply } from "../ports";
import { parseJson } from "../requestBody";
import type { Member, MemberLogin, Session } from "../state";
import { tryCall } from "./calls";
import type { FederationCall } from "./calls";
import { masterTokenMinutes, ticketFor } from "./tickets";

const fedAuthReply = z.object({ token: z.object({ token: z.string() }) });

async function logInToMember(context: Context, member: Member, user: string): Promise<MemberLogin> {
  const reply = await tryCall(context, {
    to: member.rest,
    path: "/v1/fed_auth",
    headers: { "X-Transaction-Id": "auth" },
    body: {
      client_ip: context.state.localRest.server,
      master_username: user,
      joint_username: "admin",
      master_token: ticketFor(context, member, masterTokenMinutes),
    },
  });
  if (!reply) return "unreachable";
  await pause(context.clock, context.options.timings.memberLoginMs);
  const granted = fedAuthReply.safeParse(parseJson(reply.body));
  return reply.status === 200 && granted.success ? { token: granted.data.token.token } : "refused";
}

/** A call to a member in the user's name, or why it could not be made. */
export async function callMember(
  context: Context,
  member: Member,
  user: string,
  call: Omit<FederationCall, "to">,
): Promise<MemberReply> {
  const login = await logInToMember(context, member, user);
  return typeof login === "string" ? login : callWith(context, member, login.token, call);
}

/**
 * As `callMember`, with one login for all calls of a session: a token that the member no longer knows stays in use, and
 * its 401 is what the caller gets (rest-api.md#forwarding-to-members).
 */
export async function callMemberInSession(
  context: Context,
  member: Member,
  { username, memberLogins }: Session,
  call: Omit<FederationCall, "to">,
): Promise<MemberReply> {
  const pending = memberLogins.get(member.id) ?? logInToMember(context, member, username);
  memberLogins.set(member.id, pending);
  const login = await pending;
  if (typeof login !== "string") return callWith(context, member, login.token, call);
  memberLogins.delete(member.id);
  return login;
}

type MemberReply = OutboundReply | "refused" | "unreachable";

const callWith = async (
  context: Context,
  member: Member,
  token: string,
  call: Omit<FederationCall, "to">,
): Promise<MemberReply> =>
  (await tryCall(context, { ...call, to: member.rest, headers: { "X-Auth-Token": token } })) ?? "unreachable";
