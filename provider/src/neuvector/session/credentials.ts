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
  if (credentials.kind === "user") return { ...credentials, password: new Secret(credentials.password.reveal()) };
  return credentials.kind === "apiKey" ? { ...credentials, key: new Secret(credentials.key.reveal()) } : credentials;
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
  const secret =
    credentials.kind === "user"
      ? `${credentials.username}\n${credentials.password.reveal()}`
      : credentials.kind === "apiKey"
        ? credentials.key.reveal()
        : "";
  return [addressKey(address), credentials.kind, secret].join("\n");
}
