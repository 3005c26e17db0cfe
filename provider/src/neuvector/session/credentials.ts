import { createHmac, randomBytes } from "node:crypto";
import { Secret } from "../../values/secret";
import type { Target } from "../ports";
import { addressKey, type Address } from "../../values/address";

/** Who we are at a controller. `none` sends no credential at all. */
export type Credentials =
  | { readonly kind: "user"; readonly username: string; readonly password: Secret }
  | { readonly kind: "apiKey"; readonly key: Secret }
  | { readonly kind: "none" };

/** Copies credentials with their current secret, where a file of theirs may change. */
export function snapshotCredentials(credentials: Credentials): Credentials {
  const secret = new Secret(secretOf(credentials));
  if (credentials.kind === "user") return { ...credentials, password: secret };
  return credentials.kind === "apiKey" ? { ...credentials, key: secret } : credentials;
}

/** The current password or API key; empty without credentials. */
export function secretOf(credentials: Credentials): string {
  if (credentials.kind === "user") return credentials.password.reveal();
  return credentials.kind === "apiKey" ? credentials.key.reveal() : "";
}

/** One key per controller, account, credential and way to reach and verify the controller. Reveals no secret. */
export function sessionKey(target: Target, credentials: Credentials): string {
  const { tls, proxy } = target;
  const route = proxy === undefined ? "" : digest(proxy.reveal());
  return `${accountKey(target, credentials)} ${JSON.stringify(tls)} ${route}`.trimEnd();
}

/** One key per controller, account and credential; another password gives another key. Valid in this process only. */
export function accountKey(address: Address, credentials: Credentials): string {
  return digest(accountIdentity(address, credentials));
}

/** Random, so that a key that leaks reveals nothing about the secret in it. */
const processKey = randomBytes(32);

function digest(text: string): string {
  return createHmac("sha256", processKey).update(text).digest("hex").slice(0, 32);
}

/** What tells two accounts apart, the same in every process. Contains the secret: use it only as the input of a digest. */
export function accountIdentity(address: Address, credentials: Credentials): string {
  const user = credentials.kind === "user" ? [credentials.username] : [];
  return [addressKey(address), credentials.kind, ...user, secretOf(credentials)].join("\n");
}
