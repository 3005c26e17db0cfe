import * as z from "zod";
import { admins } from "../access";
import { endpoint } from "../endpoint";
import { Refusal } from "../errors";
import { text } from "../requestBody";
import { openSession } from "../sessions";
import { ticketProblem } from "../tokens";
import { endMembership } from "./membership";

/** POST /v1/fed_auth: the master logs in to its member as `admin` (rest-api.md#calls-between-controllers). */
export const fedAuth = endpoint(
  { as: "joint", body: z.object({ master_token: text }) },
  (context, { federation, input: { master_token: token } }) => {
    if (token === "") throw new Refusal(400, 6);
    const problem = ticketProblem(federation.secret, token, context.clock.now());
    if (problem !== undefined) throw new Refusal(problem === "token expired" ? 408 : 401, 3);
    const session = openSession(context, { username: masterUser, role: "admin", timeoutSeconds: 300 });
    if (!session) throw new Refusal(401, 3);
    return { token: { ...emptyToken, token: session.token } };
  },
);

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

/** POST /v1/fed/remove_internal: the master dismisses this member (rest-api.md#calls-between-controllers). */
export const removeInternal = endpoint({ exclusive: true, roles: admins, as: "joint" }, (context) => {
  endMembership(context, "Federation.Kick");
});
