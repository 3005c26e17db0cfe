import { secretOf, type Credentials, type LoginAccount } from "@fedjoin/provider/internal/neuvector";
import { createHash, randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import { formatAddress } from "@fedjoin/provider/internal/values";

/** Identifies host and account in the name of a file; contains nothing secret, and another password gives the same. */
export function accountId({ address, credentials }: LoginAccount): string {
  return digest([formatAddress(address), credentials.kind, publicName(credentials)]);
}

/** The user name, or the part of an API key before the colon. */
function publicName(credentials: Credentials): string {
  if (credentials.kind === "user") return credentials.username;
  return credentials.kind === "apiKey" ? (credentials.key.reveal().split(":", 1)[0] ?? "") : "";
}

/** Recognizes a secret: each guess costs a run of scrypt, and no guess serves several accounts. */
export interface Verifier {
  readonly salt: string;
  readonly hash: string;
}

export function createVerifier(credentials: Credentials): Verifier {
  const salt = randomBytes(16);
  return { salt: salt.toString("base64"), hash: deriveHash(credentials, salt).toString("base64") };
}

/** True for the secret that the verifier was created from. */
export function matchesVerifier(credentials: Credentials, { salt, hash }: Verifier): boolean {
  const [expected, found] = [Buffer.from(hash, "base64"), deriveHash(credentials, Buffer.from(salt, "base64"))];
  return expected.length === found.length && timingSafeEqual(expected, found);
}

/** Costs 16 MiB and some 50 ms. */
function deriveHash(credentials: Credentials, salt: Buffer): Buffer {
  return scryptSync(secretOf(credentials), salt, 32);
}

/** The digest of host, account and secret in the file names of earlier versions, to find and remove those files. */
export function legacyAccountId({ address, credentials }: LoginAccount): string {
  const user = credentials.kind === "user" ? [credentials.username] : [];
  return digest([formatAddress(address), credentials.kind, ...user, secretOf(credentials)]);
}

function digest(parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 32);
}
