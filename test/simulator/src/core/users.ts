import * as z from "zod";
import { admins, authenticate, readers, type Caller } from "./access";
import type { Call, Context, Handler } from "./context";
import { endpoint } from "./endpoint";
import { ConnectionDrop, Refusal } from "./errors";
import { describeUser } from "./login";
import { requireStrong } from "./passwords";
import type { Role } from "./permissions";
import { text, unsigned } from "./requestBody";
import { closeSessions } from "./sessions";
import { newUserState, type User } from "./state";

const builtIn = "admin";
const federalRoles: readonly Role[] = ["fedAdmin", "fedReader"];
const localRoles: readonly Role[] = ["admin", "reader", "ciops", ""];
const idleSeconds = { fallback: 300, min: 30, max: 3600 };

const roleDomains = z.record(z.string(), z.array(z.string())).nullish();
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);

const newUser = z.object({
  user: z.object({ fullname: text, password: text, role: text, role_domains: roleDomains, timeout: unsigned }),
});

/** GET /v1/user: all for who may read accounts, else the caller alone. */
export const listUsers: Handler = (context, call) => {
  const { name, role } = authenticate(context, call);
  const roles = [...(context.state.federation.role === "master" ? federalRoles : []), ...localRoles];
  const visible = [...context.state.users.values()].filter(
    ({ username }) => readers.includes(role) || username === name,
  );
  return {
    users: visible.map((user) => describe(context, user)),
    global_roles: roles,
    domain_roles: ["admin", "reader", "ciops"],
    roles_not_for_domain: ["ciops"],
  };
};

/** GET /v1/user/:fullname; 404/7 for nobody. */
export const showUser = endpoint({ roles: readers }, (context, call) => ({
  user: describe(context, named(context, call)),
}));

/** POST /v1/user, with the checks in the product's order. */
export const createUser = endpoint({ roles: admins, body: newUser }, (context, { caller, input: { user } }) => {
  const { fullname, password } = user;
  if (fullname === "" || fullname.startsWith("~")) throw new Refusal(403, 25);
  const role = requireRole(context, fullname, user.role);
  requireRightOver(caller, role);
  if (context.state.users.has(fullname)) throw new Refusal(400, 13, "User already exists");
  requireStrong(password);
  const timeoutSeconds = user.timeout || idleSeconds.fallback;
  if (timeoutSeconds < idleSeconds.min || timeoutSeconds > idleSeconds.max) {
    throw new Refusal(400, 6, "Invalid idle timeout value");
  }
  const roleDomains = role === "admin" || role === "fedAdmin" ? {} : (user.role_domains ?? {});
  const options = { username: fullname, password, role, timeoutSeconds };
  context.state.users.set(fullname, { ...newUserState(options), roleDomains });
});

const userChange = z.object({
  config: z.object({
    fullname: text,
    role: z.string().nullish(),
    role_domains: roleDomains,
    new_password: z.string().nullish(),
  }),
});

/** PATCH /v1/user/:fullname: changed rights end the user's sessions; the password of another is refused here. */
export const changeUser = endpoint({ roles: admins, body: userChange }, (context, call) => {
  const { caller, input } = call;
  const { config } = input;
  requireSameName(call, config.fullname);
  const user = named(context, call);
  requireRightOver(caller, user.role);
  if (config.new_password != null) throw new Refusal(403, 4, "Cannot modify other user's password");
  const role = config.role == null ? user.role : requireRole(context, user.username, config.role);
  requireRightOver(caller, role);
  if (user.username === builtIn && role !== user.role) {
    throw new Refusal(403, 4, "Default admin user's role cannot be changed");
  }
  user.role = role;
  if (config.role_domains != null) user.roleDomains = config.role_domains;
  closeSessions(context, ({ username }) => username === user.username);
});

const passwordChange = z.object({
  config: z.object({
    fullname: text,
    new_password: z.string().nullish(),
    force_reset_password: flag,
    reset_password_in_next_login: flag,
    clear_failed_login: flag,
  }),
});

/**
 * POST /v1/user/:fullname/password, by which an admin sets another's password, and unblocks it (rest-api.md#lockout).
 */
export const setPassword = endpoint({ roles: admins, body: passwordChange }, (context, call) => {
  const { caller, input } = call;
  const { config } = input;
  requireSameName(call, config.fullname);
  const user = named(context, call);
  if (config.new_password == null) throw new ConnectionDrop();
  requireRightOver(caller, user.role);
  requireStrong(config.new_password);
  user.password = config.new_password;
  if (config.force_reset_password || config.clear_failed_login) {
    user.failedLogins = 0;
    user.blockedUntil = 0;
  }
  if (config.force_reset_password) user.mustResetPassword = config.reset_password_in_next_login;
  closeSessions(context, ({ username }) => username === user.username);
});

/** DELETE /v1/user/:fullname: ends the user's sessions too; never the built-in admin. */
export const deleteUser = endpoint({ roles: admins }, (context, call) => {
  const user = named(context, call);
  requireRightOver(call.caller, user.role);
  if (user.username === builtIn) throw new Refusal(403, 4, "Cannot delete default admin user");
  context.state.users.delete(user.username);
  closeSessions(context, ({ username }) => username === user.username);
});

function named({ state }: Context, { params }: Call): User {
  const user = state.users.get(nameIn(params["fullname"]));
  if (!user) throw new Refusal(404, 7);
  return user;
}

function nameIn(segment = ""): string {
  return decodeURIComponent(segment);
}

function requireSameName({ params }: Call, fullname: string): void {
  if (nameIn(params["fullname"]) !== fullname) throw new Refusal(400, 6, "Username not match");
}

function describe({ clock }: Context, user: User): object {
  return { ...describeUser(user), blocked_for_failed_login: clock.now() < user.blockedUntil };
}

/** Federal roles are there on a master only. */
function requireRole({ state }: Context, user: string, role: string): Role {
  const known = [...localRoles, ...(state.federation.role === "master" ? federalRoles : [])];
  const found = known.find((each) => each === role);
  if (found === undefined) throw new Refusal(400, 6, `User ${user}  Unknown global role ${role} `);
  return found;
}

/** Only a fedAdmin touches who has a federal role. */
function requireRightOver(caller: Caller, role: Role): void {
  if (federalRoles.includes(role) && caller.role !== "fedAdmin") throw new Refusal(403, 25);
}
