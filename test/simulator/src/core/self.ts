import { authenticate, readers } from "./access";
import { closeSession } from "./sessions";
import type { Handler } from "./context";
import { Refusal } from "./errors";
import { describeUser } from "./login";
import { permissionsOf } from "./permissions";
import type { ApiKey } from "./state";

/** PATCH /v1/auth: using the session was all it takes to keep it alive. */
export const keepAlive: Handler = (context, call) => {
  authenticate(context, call);
};

/** DELETE /v1/auth; with an API key there is nothing to end, but the answer is the same. */
export const logout: Handler = (context, call) => {
  const caller = authenticate(context, call);
  if (caller.via === "session") closeSession(context, caller.session.token);
};

/** GET /v1/selfuser; API keys are no users: 403/25. */
export const selfUser: Handler = (context, call) => {
  const caller = authenticate(context, call);
  const user = caller.via === "session" ? context.state.users.get(caller.name) : undefined;
  if (!user) throw new Refusal(403, 25);
  return {
    user: describeUser(user),
    global_permissions: permissionsOf(user.role),
    domain_permissions: {},
    password_days_until_expire: -1,
    password_hours_until_expire: 0,
  };
};

/** What the product writes for "never": the largest 64-bit integer. */
const never = 9_223_372_036_854_775_807n;

/** GET /v1/selfapikey; with a session 404/7. */
export const selfApiKey: Handler = (context, call) => {
  const caller = authenticate(context, call);
  if (caller.via !== "apiKey") throw new Refusal(404, 7);
  return {
    apikey: describeApiKey(caller.key),
    global_permissions: permissionsOf(caller.key.role),
    domain_permissions: {},
  };
};

/** GET /v1/api_key: all for who may read accounts, else none. */
export const listApiKeys: Handler = (context, call) => {
  const { role } = authenticate(context, call);
  const { apiKeys } = context.state;
  return {
    apikeys: readers.includes(role) ? [...apiKeys.values()].map(describeApiKey) : [],
    domain_roles: ["admin", "reader", "ciops"],
    global_roles: ["admin", "reader", "ciops", ""],
  };
};

function describeApiKey({ name, description, role, createdMs, expiresMs }: ApiKey): object {
  return {
    apikey_name: name,
    apikey_secret: "",
    created_by_entity: "admin",
    created_timestamp: Math.floor(createdMs / 1000),
    description,
    expiration_hours: 0,
    expiration_timestamp: expiresMs === undefined ? never : Math.floor(expiresMs / 1000),
    expiration_type: expiresMs === undefined ? "never" : "hours",
    role,
    role_domains: {},
  };
}
