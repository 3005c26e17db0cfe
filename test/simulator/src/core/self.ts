import { authenticate } from "./access";
import { closeSession } from "./sessions";
import type { Handler } from "./context";
import { Refusal } from "./errors";
import { describeUser } from "./login";
import { permissionsOf } from "./permissions";

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
  const { name, description, role, createdMs } = caller.key;
  return {
    apikey: {
      apikey_name: name,
      apikey_secret: "",
      created_by_entity: "admin",
      created_timestamp: Math.floor(createdMs / 1000),
      description,
      expiration_hours: 0,
      expiration_timestamp: never,
      expiration_type: "never",
      role,
      role_domains: {},
    },
    global_permissions: permissionsOf(role),
    domain_permissions: {},
  };
};
