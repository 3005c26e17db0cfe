import { formatAddress, type Address, type Credentials } from "@fedjoin/provider/neuvector";
import { Secret } from "@fedjoin/provider/values";
import { createHash, randomBytes, scryptSync, timingSafeEqual } from "node:crypto";

/** Who logs in where. */
export interface Account {
  readonly address: Address;
  readonly credentials: Credentials;
}

/** The credentials as they are now, where a file of theirs may change. */
export function snapshotCredentials(credentials: Credentials): Credentials {
  if (credentials.kind === "user") return { ...credentials, password: new Secret(credentials.password.reveal()) };
  return credentials.kind === "apiKey" ? { ...credentials, key: new Secret(credentials.key.reveal()) } : credentials;
}

/** Host and account in one text, for the name of a file: made of what is no secret. Another password gives the same. */
export function accountId({ address, credentials }: Account): string {
  return digest([formatAddress(address), credentials.kind, publicNameOf(credentials)]);
}

/** A user's name, or what stands before the colon of an API key. */
function publicNameOf(credentials: Credentials): string {
  if (credentials.kind === "user") return credentials.username;
  return credentials.kind === "apiKey" ? (credentials.key.reveal().split(":", 1)[0] ?? "") : "";
}

function secretOf(credentials: Credentials): string {
  if (credentials.kind === "user") return credentials.password.reveal();
  return credentials.kind === "apiKey" ? credentials.key.reveal() : "";
}

/** Recognizes a secret again: each guess at it costs a run of scrypt, and none can be made for many accounts at once. */
export interface Verifier {
  readonly salt: string;
  readonly hash: string;
}

export function createVerifier(credentials: Credentials): Verifier {
  const salt = randomBytes(16);
  return { salt: salt.toString("base64"), hash: deriveHash(credentials, salt).toString("base64") };
}

/** True for the secret that the verifier was made of. */
export function matchesVerifier(credentials: Credentials, { salt, hash }: Verifier): boolean {
  const [wanted, found] = [Buffer.from(hash, "base64"), deriveHash(credentials, Buffer.from(salt, "base64"))];
  return wanted.length === found.length && timingSafeEqual(wanted, found);
}

/** 16 MiB and some 50 ms. */
function deriveHash(credentials: Credentials, salt: Buffer): Buffer {
  return scryptSync(secretOf(credentials), salt, 32);
}

/** The digest of host, account and secret after which earlier versions named their files: to find those, and remove them. */
export function legacyAccountId({ address, credentials }: Account): string {
  const user = credentials.kind === "user" ? [credentials.username] : [];
  return digest([formatAddress(address), credentials.kind, ...user, secretOf(credentials)]);
}

function digest(parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 32);
}
