import * as z from "zod";
import type { CallOptions } from "../rest/call";
import { parseResponse } from "../rest/response";
import type { Session } from "../session/session";

const permissions = z.array(z.object({ id: z.string(), read: z.boolean(), write: z.boolean() })).nullish();

const selfUserResponse = z.object({
  user: z.object({ role: z.string() }),
  global_permissions: permissions,
  password_days_until_expire: z.number().default(-1),
});

const selfApiKeyResponse = z.object({
  apikey: z.object({ apikey_name: z.string(), role: z.string(), expiration_timestamp: z.number() }),
  global_permissions: permissions,
});

/** An account as its own controller describes it. */
export interface Account {
  readonly kind: "user" | "apiKey";
  readonly name: string;
  /** The global role; empty for none, any name for a custom one. */
  readonly role: string;
  /** True if it may act for the federation: mint tokens, remove members (rest-api.md#roles-and-permissions). */
  readonly actsForFederation: boolean;
  /** According to the login response: `selfuser` says false once a user has logged in (rest-api.md#login). */
  readonly defaultPassword: boolean;
  /** Days until the password or key expires; `undefined` for never. */
  readonly daysLeft: number | undefined;
}

/**
 * Gets the account of a session and its rights: `GET /v1/selfuser`, for an API key `GET /v1/selfapikey` (rest-api.md#roles-and-permissions).
 * @param nowMs Milliseconds since the Unix epoch.
 * @throws NeuVectorError of the login or the request.
 */
export async function getAccount(session: Session, nowMs: number, options: CallOptions): Promise<Account> {
  const { credentials } = session;
  if (credentials.kind === "apiKey") return getApiKeyAccount(session, nowMs, options);
  const response = await session.call({ method: "GET", path: "/v1/selfuser", ...options });
  const self = parseResponse(selfUserResponse, response, "GET /v1/selfuser");
  const days = self.password_days_until_expire;
  return {
    kind: "user",
    name: credentials.kind === "user" ? credentials.username : "",
    role: self.user.role,
    actsForFederation: mayWrite(self.global_permissions, "fed"),
    defaultPassword: session.usesDefaultPassword(),
    daysLeft: days < 0 ? undefined : days,
  };
}

const dayMs = 86_400_000;
/** `never` is the largest 64-bit number of seconds: a date this far away means never. */
const neverDays = 100_000;

async function getApiKeyAccount(session: Session, nowMs: number, options: CallOptions): Promise<Account> {
  const response = await session.call({ method: "GET", path: "/v1/selfapikey", ...options });
  const { apikey, global_permissions } = parseResponse(selfApiKeyResponse, response, "GET /v1/selfapikey");
  const days = Math.floor((apikey.expiration_timestamp * 1000 - nowMs) / dayMs);
  return {
    kind: "apiKey",
    name: apikey.apikey_name,
    role: apikey.role,
    actsForFederation: mayWrite(global_permissions, "fed"),
    defaultPassword: false,
    daysLeft: days > neverDays ? undefined : days,
  };
}

function mayWrite(list: z.output<typeof permissions>, permission: string): boolean {
  return list?.some(({ id, write }) => id === permission && write) ?? false;
}

/** Checks that the session can log in, and keeps it alive. @throws NeuVectorError of the login. */
export async function checkLogin(session: Session, options: CallOptions = {}): Promise<void> {
  await session.call({ method: "PATCH", path: "/v1/auth", ...options });
}
