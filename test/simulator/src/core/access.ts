import type { Call, Context } from "./context";
import { Refusal } from "./errors";
import type { Role } from "./permissions";
import { traitsOf } from "./productVersion";
import { useSession } from "./sessions";
import type { ApiKey, Session } from "./state";

/** Who sent a request. */
export type Caller =
  | { readonly via: "session"; readonly name: string; readonly role: Role; readonly session: Session }
  | { readonly via: "apiKey"; readonly name: string; readonly role: Role; readonly key: ApiKey };

/**
 * The caller by token or, when no token header is there at all, by API key (rest-api.md#credentials).
 * @throws {Refusal} 401/3; old versions answer an expired session with 408/3
 */
export function authenticate(context: Context, { headers }: Call): Caller {
  const tokens = headers["x-auth-token"];
  const caller = tokens ? bySession(context, tokens) : byApiKey(context, headers["x-auth-apikey"] ?? []);
  if (!caller) throw new Refusal(401, 3);
  return caller;
}

function bySession(context: Context, [token, ...more]: readonly string[]): Caller | undefined {
  if (!token || more.length > 0) return undefined;
  const session = useSession(context, token);
  if (session === "expired") throw new Refusal(traitsOf(context.options.productVersion).expiredSessionStatus, 3);
  return session && { via: "session", name: session.username, role: session.role, session };
}

function byApiKey({ state }: Context, [header, ...more]: readonly string[]): Caller | undefined {
  const [name, secret, ...rest] = (header ?? "").split(":");
  if (!name || !secret || rest.length > 0 || more.length > 0) return undefined;
  const key = state.apiKeys.get(name);
  return key?.secret === secret ? { via: "apiKey", name, role: key.role, key } : undefined;
}

export const readers: readonly Role[] = ["admin", "reader", "fedAdmin", "fedReader"];
export const admins: readonly Role[] = ["admin", "fedAdmin"];

/** The caller, if its role is one of these. @throws {Refusal} 401/3 or 403/25 */
export function authorize(context: Context, call: Call, roles: readonly Role[]): Caller {
  const caller = authenticate(context, call);
  if (!roles.includes(caller.role)) throw new Refusal(403, 25);
  return caller;
}
