import type { Caller } from "../access";
import { endpoint } from "../endpoint";
import { Refusal } from "../errors";
import { ForwardedReply } from "../forwardedReply";
import { callMember, callMemberInSession } from "./memberSession";

/**
 * Any method on /v1/fed/cluster/:id/<path>: runs the request on the member and passes its answer on
 * (rest-api.md#forwarding-to-members).
 */
export const forward = endpoint(
  { roles: ["fedAdmin", "fedReader"], as: "master" },
  async (context, { caller, federation, method, params, query, body }) => {
    const path = `/${params["path"] ?? ""}`;
    refuseForbidden(caller, method, path);
    const member = federation.members.get(params["id"] ?? "");
    if (!member) throw new Refusal(400, 37, "Unable to authenticate with the cluster");
    const forwarded = { method, path: query.size > 0 ? `${path}?${query.toString()}` : path, body };
    const reply =
      caller.via === "session"
        ? await callMemberInSession(context, member, caller.session, forwarded)
        : await callMember(context, member, caller.name, forwarded);
    if (reply === "refused") throw new Refusal(500, 37, "Unable to authenticate with the cluster");
    if (reply === "unreachable") {
      member.status = "disconnected";
      throw new Refusal(500, 38, "Unable to forward request to the cluster");
    }
    return new ForwardedReply(reply);
  },
);

/** @throws {Refusal} 403/4 for paths that no one may reach through the master, 403/25 for writes by a fedReader */
function refuseForbidden(caller: Caller, method: string, path: string): void {
  const isWrite = method === "POST" || method === "DELETE";
  const isForbidden =
    (path.startsWith("/v1/fed/") && path !== "/v1/fed/member") ||
    (isWrite && (path === "/v1/fed_auth" || path.startsWith("/v1/auth/"))) ||
    (method === "POST" && /^\/v1\/user\/[^/]+\/password$/.test(path));
  if (isForbidden) throw new Refusal(403, 4);
  const mayRead = method === "GET" || (method === "PATCH" && path === "/v1/auth");
  if (caller.role === "fedReader" && !mayRead) throw new Refusal(403, 25);
}
