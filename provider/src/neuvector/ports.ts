import { formatAddress, type Address } from "../values/address";
import type { TlsSettings } from "../values/tls";

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

/** Where paths of a target begin, such as `https://host:port/neuvector`. */
export function baseUrl(target: Target): string {
  return `${target.protocol}://${formatAddress(target)}`;
}
