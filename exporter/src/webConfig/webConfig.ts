import type { SecureContextOptions } from "node:tls";

/** What the web config file says, checked, with the files that it names. */
export interface WebConfig {
  /** `undefined` for plain HTTP. */
  readonly tls: WebTls | undefined;
  /** Added to every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bcrypt hashes by user; empty where everybody may ask. */
  readonly users: ReadonlyMap<string, string>;
  readonly rateLimit: RateLimit | undefined;
}

export interface WebTls {
  readonly context: SecureContextOptions;
  readonly clientAuth: ClientAuth;
  /** A client's certificate must carry one of these names; `undefined` for any. */
  readonly allowedSans: readonly string[] | undefined;
}

/** A bucket of `burst` requests that gets one more each `intervalMs`. */
export interface RateLimit {
  readonly intervalMs: number;
  readonly burst: number;
}

/** What is asked of a client's certificate, in Go's words (crypto/tls, ClientAuthType). */
export const clientAuthTypes = [
  "NoClientCert",
  "RequestClientCert",
  "RequireAnyClientCert",
  "VerifyClientCertIfGiven",
  "RequireAndVerifyClientCert",
] as const;
export type ClientAuth = (typeof clientAuthTypes)[number];
