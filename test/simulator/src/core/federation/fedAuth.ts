import * as z from "zod";
import { admins, authenticate, authorize } from "../access";
import type { Handler } from "../context";
import { Refusal } from "../errors";
import { parseBody, text } from "../requestBody";
import { closeSession, openSession } from "../sessions";
import { ticketProblem } from "../tokens";
import { endMembership } from "./membership";
import { requireJoint } from "./roles";

const fedAuthBody = z.object({ master_token: text });

/** POST /v1/fed_auth: the master logs in to its member as `admin` (rest-api.md#calls-between-controllers). */
export const fedAuth: Handler = (context, call) => {
  const membership = requireJoint(context);
  const { master_token: token } = parseBody(fedAuthBody, call.body);
  if (token === "") throw new Refusal(400, 6);
  const problem = ticketProblem(membership.secret, token, context.clock.now());
  if (problem !== undefined) throw new Refusal(problem === "token expired" ? 408 : 401, 3);
  const session = openSession(context, { username: masterUser, role: "admin", timeoutSeconds: 300 });
  if (!session) throw new Refusal(401, 3);
  return { token: { ...emptyToken, token: session.token } };
};

/** Sessions of the master do not count against those of the member's own admin. */
const masterUser = "~fed~admin";

/** The login answer's fields at their zero values: only the token itself is filled. */
const emptyToken = {
  blocked_for_failed_login: false,
  blocked_for_password_expired: false,
  default_password: false,
  domain_permissions: null,
  email: "",
  fullname: "",
  global_permissions: null,
  last_login_at: "",
  last_login_timestamp: 0,
  locale: "",
  login_count: 0,
  modify_password: false,
  password: "",
  password_resettable: false,
  role: "",
  server: "",
  timeout: 0,
  username: "",
};

/** DELETE /v1/fed_auth: the master logs out. */
export const fedLogout: Handler = (context, call) => {
  const caller = authenticate(context, call);
  if (caller.via === "session") closeSession(context, caller.session.token);
};

/** POST /v1/fed/remove_internal: the master dismisses this member (rest-api.md#calls-between-controllers). */
export const removeInternal: Handler = (context, call) =>
  context.lock.runExclusive(async () => {
    authorize(context, call, admins);
    requireJoint(context);
    endMembership(context, "Federation.Kick");
    return Promise.resolve();
  });
