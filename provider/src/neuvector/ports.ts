import type { Secret } from "../values/secret";
import { canonicalServer, stripBrackets } from "../values/server";

/** Time as the core sees it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds. @throws NeuVectorError cancelled, when `signal` aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Randomness as the core sees it; cryptographic in production. */
export interface Random {
  /** A whole number in `[0, bound)`, each equally likely. */
  below(bound: number): number;
}

/** How a server proves who it is. Verification is on unless `verify` is false. */
export interface TlsSettings {
  /** PEM certificates trusted in addition to those that Node trusts. */
  readonly ca?: string | undefined;
  /** The name the certificate must carry, where it differs from the address. NeuVector's own certificate carries `neuvector`. */
  readonly serverName?: string | undefined;
  /** SHA-256 fingerprints of the only certificates to accept, hex, colons allowed. Replaces name and chain checks. */
  readonly fingerprint?: string | readonly string[] | undefined;
  /** False accepts any certificate. */
  readonly verify?: boolean | undefined;
}

export interface Address {
  readonly server: string;
  readonly port: number;
  /** Of a REST API behind an ingress: the path before `/v1`, such as `/neuvector/site-1`. */
  readonly basePath?: string | undefined;
  /** Of a REST API behind a proxy: its URL, which may hold credentials, or `environment`. Not told: a direct connection. */
  readonly proxy?: Secret | undefined;
}

/** Where a request goes. */
export interface Target extends Address {
  /** `http` only for a token URL that was explicitly allowed to be plain. */
  readonly protocol: "https" | "http";
  readonly tls: TlsSettings;
}

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

export interface TransportRequest {
  readonly method: Method;
  readonly target: Target;
  /** Path and query, beginning with `/`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | undefined;
  readonly timeoutMs: number;
  /** Longest answer accepted, in bytes after decompression; a longer one is an `unexpected_reply`. */
  readonly maxBytes: number;
  /** Gets the body of a 2xx answer, instead of the reply; any other body stays in the reply. */
  readonly sink?: ByteSink | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Takes the next decompressed bytes of a body and may keep them. What it throws ends the request with that error. */
export type ByteSink = (chunk: Uint8Array) => void;

export interface TransportResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty when a sink took it. */
  readonly body: string;
}

/** The network as the core sees it. Redirects are never followed. */
export interface Transport {
  /**
   * The answer, whatever its status.
   * @throws NeuVectorError network, tls, timeout, cancelled, unexpected_reply (answer too long).
   */
  send(request: TransportRequest): Promise<TransportResponse>;
}

export type LogLevel = "debug" | "info" | "warn" | "error";

/** Where the core says what it does. Never gets a secret. */
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, string | number>>) => void;

/** All that the core may use of the world. */
export interface Ports {
  readonly clock: Clock;
  readonly random: Random;
  readonly transport: Transport;
  readonly log: Log;
}

/** `host:port`, with brackets around an IPv6 address, and the base path if there is one. */
export function formatAddress({ server, port, basePath = "" }: Address): string {
  const bare = stripBrackets(server);
  return `${bare.includes(":") ? `[${bare}]` : bare}:${port}${basePath}`;
}

/** Where paths of a target begin, such as `https://host:port/neuvector`. */
export function baseUrl(target: Target): string {
  return `${target.protocol}://${formatAddress(target)}`;
}

/** The one spelling of an address, as `host:port` with its base path: equal for two addresses of the same API. */
export function addressKey({ server, ...rest }: Address): string {
  return formatAddress({ ...rest, server: canonicalServer(server) });
}

/** True when both name the same server, port and base path, in whatever spelling. */
export function sameAddress(a: Address, b: Address): boolean {
  return addressKey(a) === addressKey(b);
}
