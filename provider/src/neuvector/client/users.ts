import * as z from "zod";
import { NeuVectorError } from "../../errors/neuVectorError";
import type { Secret } from "../../values/secret";
import { describeCall, type Api, type CallOptions } from "../rest/call";
import { parseResponse } from "../rest/response";
import { encodePathSegment } from "../rest/encodePathSegment";
import { listEndpoint } from "./endpoint";
import { nullableText, optionalFlag, optionalNumber, optionalText } from "./schema";

/** `GET /v1/user/:fullname`; roles in namespaces by role (rest-api.md#login). */
const userResponse = z.object({
  user: z.object({
    role: nullableText,
    role_domains: z
      .record(z.string(), z.unknown())
      .nullish()
      .transform((given) => given ?? {}),
    blocked_for_failed_login: z.boolean().default(false),
    blocked_for_password_expired: z.boolean().default(false),
  }),
});

export type User = z.infer<typeof userResponse>["user"];

const listedUser = z.object({
  fullname: nullableText,
  /** Empty for a user of the controller itself. */
  server: optionalText,
  role: optionalText,
  blocked_for_failed_login: optionalFlag,
  blocked_for_password_expired: optionalFlag,
  default_password: optionalFlag,
  /** Unix seconds; not above 0 before the first login. */
  last_login_timestamp: optionalNumber,
});

export type ListedUser = z.infer<typeof listedUser>;

/** Gets the users that the account may see: all, or itself only (rest-api.md#accounts-alerts-and-vulnerabilities). */
export const getUsers = listEndpoint("/v1/user", "users", listedUser);

const apiKey = z.object({
  apikey_name: nullableText,
  role: optionalText,
  /** Unix seconds; the largest 64-bit integer for a key that never expires. */
  expiration_timestamp: optionalNumber,
});

export type ApiKey = z.infer<typeof apiKey>;

/** Gets the API keys, without their secrets; none where the account may not see them (rest-api.md#accounts-alerts-and-vulnerabilities). */
export const getApiKeys = listEndpoint("/v1/api_key", "apikeys", apiKey);

const operation = "manage_user";

/** Gets a user of this controller; `undefined` for none: 404 with code 7, and no other 404 (rest-api.md#error-codes). */
export async function getUser(api: Api, username: string, options: CallOptions = {}): Promise<User | undefined> {
  const request = { method: "GET", path: userPath(username) } as const;
  try {
    const response = await api.call({ ...request, operation, ...options });
    return parseResponse(userResponse, response, describeCall(request)).user;
  } catch (error) {
    if (isUserNotFound(error)) return undefined;
    throw error;
  }
}

export interface NewUser {
  readonly username: string;
  readonly password: Secret;
  /** A global role. */
  readonly role: string;
}

/** Creates a local user. @throws NeuVectorError user_exists, weak_password, or forbidden for an account that is not an admin (rest-api.md#roles-and-permissions). */
export async function createUser(
  api: Api,
  { username, password, role }: NewUser,
  options: CallOptions = {},
): Promise<void> {
  const user = { fullname: username, username, password: password.reveal(), role, email: "", locale: "en" };
  await api.call({ method: "POST", path: "/v1/user", operation, body: { user }, ...options });
}

/** Gives a user this global role and no roles in namespaces; the controller ends the user's sessions. */
export async function setUserRole(api: Api, username: string, role: string, options: CallOptions = {}): Promise<void> {
  const config = { fullname: username, role, role_domains: {} };
  await api.call({ method: "PATCH", path: userPath(username), operation, body: { config }, ...options });
}

/**
 * Sets another user's password, ends its sessions and unblocks it (rest-api.md#lockout); the user need not change it at the
 * next login (rest-api.md#lockout). @throws NeuVectorError weak_password.
 */
export async function setUserPassword(
  api: Api,
  username: string,
  password: Secret,
  options: CallOptions = {},
): Promise<void> {
  const config = {
    fullname: username,
    new_password: password.reveal(),
    clear_failed_login: true,
    // Without it a password with an expiry date may not be set before that date.
    force_reset_password: true,
    reset_password_in_next_login: false,
  };
  await api.call({ method: "POST", path: `${userPath(username)}/password`, operation, body: { config }, ...options });
}

/** Deletes a user and its sessions; succeeds if there is no such user. */
export async function deleteUser(api: Api, username: string, options: CallOptions = {}): Promise<void> {
  try {
    await api.call({ method: "DELETE", path: userPath(username), operation, ...options });
  } catch (error) {
    if (!isUserNotFound(error)) throw error;
  }
}

function userPath(username: string): string {
  return `/v1/user/${encodePathSegment(username)}`;
}

const objectNotFound = 7;

function isUserNotFound(error: unknown): boolean {
  return error instanceof NeuVectorError && error.kind === "not_found" && error.code === objectNotFound;
}
