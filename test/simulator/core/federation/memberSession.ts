import * as z from "zod";
import type { Context } from "../context";
import type { OutboundReply } from "../ports";
import { parseJson } from "../requestBody";
import type { Member } from "../state";
import { sealTicket } from "../tokens";
import { tryCall } from "./calls";
import type { FederationCall } from "./calls";

const fedAuthReply = z.object({ token: z.object({ token: z.string() }) });
const masterTokenLifeMs = 60 * 60_000;

/** A master's login at its member: a session token, or why there is none. */
type MemberLogin = { readonly token: string } | "refused" | "unreachable";

async function logInToMember(context: Context, member: Member, user: string): Promise<MemberLogin> {
  const reply = await tryCall(context, {
    to: member.rest,
    path: "/v1/fed_auth",
    headers: { "X-Transaction-Id": "auth" },
    body: {
      client_ip: context.state.localRest.server,
      master_username: user,
      joint_username: "admin",
      master_token: sealTicket(member.secret, context.clock.now() + masterTokenLifeMs, context.random),
    },
  });
  if (!reply) return "unreachable";
  const granted = fedAuthReply.safeParse(parseJson(reply.body));
  return reply.status === 200 && granted.success ? { token: granted.data.token.token } : "refused";
}

/** A call to a member in the user's name, or why it could not be made. */
export async function callMember(
  context: Context,
  member: Member,
  user: string,
  call: Omit<FederationCall, "to">,
): Promise<OutboundReply | "refused" | "unreachable"> {
  const login = await logInToMember(context, member, user);
  if (typeof login === "string") return login;
  const headers = { "X-Auth-Token": login.token };
  return (await tryCall(context, { ...call, to: member.rest, headers })) ?? "unreachable";
}
