import type { SecureContextOptions } from "node:tls";

/** A valid web config with the contents of the files it names. */
export interface WebConfig {
  /** `undefined` for plain HTTP. */
  readonly tls: WebTls | undefined;
  /** Added to every reply. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bcrypt hashes by user; empty if no login is required. */
  readonly users: ReadonlyMap<string, string>;
  readonly rateLimit: RateLimit | undefined;
}

export interface WebTls {
  readonly context: SecureContextOptions;
  readonly clientAuth: ClientAuth;
  /** A client certificate must have one of these names; `undefined` allows any. */
  readonly allowedSans: readonly string[] | undefined;
}

/** Allows bursts of `burst` requests, and one more request each `intervalMs`. */
export interface RateLimit {
  readonly intervalMs: number;
  readonly burst: number;
}

/** Go's client certificate policies (crypto/tls, ClientAuthType). */
export const clientAuthTypes = [
  "NoClientCert",
  "RequestClientCert",
  "RequireAnyClientCert",
  "VerifyClientCertIfGiven",
  "RequireAndVerifyClientCert",
] as const;
export type ClientAuth = (typeof clientAuthTypes)[number];
