import { z } from "zod";
import type { CallOptions } from "../../neuvector/client/client";
import type { Session } from "../../neuvector/session/session";
import { parseResponse } from "../../neuvector/client/wire";

const permissions = z.array(z.object({ id: z.string(), read: z.boolean(), write: z.boolean() })).nullish();

const selfUserReply = z.object({
  user: z.object({ role: z.string() }),
  global_permissions: permissions,
  password_days_until_expire: z.number().default(-1),
});

const selfApiKeyReply = z.object({
  apikey: z.object({ apikey_name: z.string(), role: z.string(), expiration_timestamp: z.number() }),
  global_permissions: permissions,
});

/** An account as its own controller describes it. */
export interface Account {
  readonly kind: "user" | "apiKey";
  readonly name: string;
  /** The global role; empty for none, any name for a custom one. */
  readonly role: string;
  /** May act for the federation: mint tokens, remove members (rest-api.md#roles-and-permissions). */
  readonly actsForFederation: boolean;
  /** According to the login's reply: `selfuser` reports false once a user has logged in (rest-api.md#login). */
  readonly defaultPassword: boolean;
  /** Days until the password or key expires; `undefined` for never. */
  readonly daysLeft: number | undefined;
}

/**
 * Reads the account of a session and its permissions: `GET /v1/selfuser`, for an API key `GET /v1/selfapikey`
 * (rest-api.md#roles-and-permissions).
 * @throws NeuVectorError of the login or the request.
 */
export async function getAccount(session: Session, now: number, options: CallOptions): Promise<Account> {
  return session.credentials.kind === "apiKey" ? apiKeyAccount(session, now, options) : userAccount(session, options);
}

async function userAccount(session: Session, options: CallOptions): Promise<Account> {
  const reply = await session.call({ method: "GET", path: "/v1/selfuser", ...options });
  const self = parseResponse(selfUserReply, reply, "GET /v1/selfuser");
  const days = self.password_days_until_expire;
  return {
    kind: "user",
    name: session.credentials.kind === "user" ? session.credentials.username : "",
    role: self.user.role,
    actsForFederation: writes(self.global_permissions, "fed"),
    defaultPassword: session.usesDefaultPassword(),
    daysLeft: days < 0 ? undefined : days,
  };
}

const dayMs = 86_400_000;
/** A key that never expires has the largest 64-bit number of seconds. */
const neverExpiresDays = 100_000;

async function apiKeyAccount(session: Session, now: number, options: CallOptions): Promise<Account> {
  const reply = await session.call({ method: "GET", path: "/v1/selfapikey", ...options });
  const { apikey, global_permissions } = parseResponse(selfApiKeyReply, reply, "GET /v1/selfapikey");
  const days = Math.floor((apikey.expiration_timestamp * 1000 - now) / dayMs);
  return {
    kind: "apiKey",
    name: apikey.apikey_name,
    role: apikey.role,
    actsForFederation: writes(global_permissions, "fed"),
    defaultPassword: false,
    daysLeft: days > neverExpiresDays ? undefined : days,
  };
}

function writes(list: z.output<typeof permissions>, wanted: string): boolean {
  return list?.some(({ id, write }) => id === wanted && write) ?? false;
}
