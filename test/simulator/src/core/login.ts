import * as z from "zod";
import type { Context } from "./context";
import { endpoint } from "./endpoint";
import { Refusal } from "./errors";
import { requireStrong } from "./passwords";
import { permissionsOf } from "./permissions";
import { text } from "./requestBody";
import { openSession } from "./sessions";
import type { User } from "./state";

const failuresUntilBlocked = 5;

const loginBody = z.object({
  client_ip: text,
  password: z.object({ username: text, password: text, new_password: z.string().nullish() }),
});

/** POST /v1/auth and /v1/auth/local (rest-api.md#login). */
export const login = endpoint({ body: loginBody }, (context, { input: { password: given } }) => {
  const user = checkPassword(context, given.username, given.password);
  if (user.role === "" || (isFederal(user) && context.state.federation.role === "joint")) throw new Refusal(401, 3);
  if (user.mustResetPassword) {
    if (given.new_password == null) return resetAnswer;
    requireStrong(given.new_password);
    user.password = given.new_password;
    user.mustResetPassword = false;
  }
  const session = openSession(context, user);
  if (!session) throw new Refusal(401, 3);
  const answer = loginAnswer(user, session.token);
  user.lastLoginMs = context.clock.now();
  user.loginCount += 1;
  return answer;
});

/** The user behind a right password. Every attempt while blocked prolongs the block. @throws {Refusal} 401/3, 401/47 */
function checkPassword({ state, clock, options }: Context, username: string, password: string): User {
  const user = state.users.get(username);
  if (!user || password === "") throw new Refusal(401, 3);
  const nowMs = clock.now();
  const block = () => {
    user.blockedUntil = nowMs + options.timings.loginBlockMs;
    return new Refusal(401, 47);
  };
  if (nowMs < user.blockedUntil) throw block();
  if (user.password === password) {
    user.failedLogins = 0;
    return user;
  }
  user.failedLogins += 1;
  if (user.failedLogins < failuresUntilBlocked) throw new Refusal(401, 3);
  user.failedLogins = 0;
  throw block();
}

function isFederal({ role }: User): boolean {
  return role === "fedAdmin" || role === "fedReader";
}

const resetAnswer = {
  need_to_reset_password: true,
  password_days_until_expire: 0,
  password_hours_until_expire: 0,
  token: null,
};

function loginAnswer(user: User, token: string): object {
  const common = describeUser(user);
  return {
    need_to_reset_password: false,
    password_days_until_expire: -1,
    password_hours_until_expire: 0,
    token: {
      ...common,
      token,
      default_password: user.username === "admin" && user.password === "admin",
      password_resettable: false,
      domain_permissions: {},
      global_permissions: permissionsOf(user.role),
    },
  };
}

/** The fields that a login and `selfuser` share. */
export function describeUser(user: User): object {
  const lastLogin = user.lastLoginMs === undefined ? undefined : Math.floor(user.lastLoginMs / 1000);
  return {
    blocked_for_failed_login: false,
    blocked_for_password_expired: false,
    default_password: false,
    email: "",
    fullname: user.username,
    last_login_at: lastLogin === undefined ? "" : new Date(lastLogin * 1000).toISOString().replace(".000Z", "Z"),
    last_login_timestamp: lastLogin ?? 0,
    locale: "en",
    login_count: user.loginCount,
    modify_password: false,
    password: "",
    password_resettable: true,
    role: user.role,
    role_domains: user.roleDomains,
    server: "",
    timeout: user.timeoutSeconds,
    username: user.username,
  };
}
