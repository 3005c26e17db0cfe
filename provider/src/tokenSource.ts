import { mintJoinToken } from "./client";
import { classify, NeuVectorError } from "./errors";
import type { Ports, Target, TlsSettings } from "./ports";
import { Secret } from "./secret";
import type { Session } from "./session";
import { parseReply, tokenUrlReply } from "./wire";

/** Where the join token comes from. Only a fetched or minted one can be renewed. */
export type TokenSource =
  | { readonly kind: "given"; readonly token: Secret }
  | {
      readonly kind: "url";
      /** May hold credentials and a query; only scheme, host and path are ever shown. */
      readonly url: Secret;
      readonly tls: TlsSettings;
      readonly bearer?: Secret | undefined;
    }
  | { readonly kind: "mint"; readonly minutes: number };

export interface TokenContext {
  readonly ports: Ports;
  readonly master: Session | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onFetch?: ((shownUrl: string) => void) | undefined;
  readonly onFetched?: (() => void) | undefined;
}

/** True when asking again can give another token. */
export function isRenewable(source: TokenSource): boolean {
  return source.kind !== "given";
}

/** A join token from its source. @throws NeuVectorError of the request that failed. */
export async function obtainJoinToken(source: TokenSource, context: TokenContext): Promise<Secret> {
  switch (source.kind) {
    case "given":
      return source.token;
    case "mint":
      if (context.master === undefined) {
        throw new NeuVectorError("invalid_input", "minting a join token needs credentials at the master");
      }
      return mintJoinToken(context.master, source.minutes, { signal: context.signal });
    case "url":
      return fetchToken(source, context);
  }
}

const fetchTimeoutMs = 20_000;
const maxTokenBytes = 64 * 1024;

async function fetchToken(source: TokenSource & { kind: "url" }, context: TokenContext): Promise<Secret> {
  const url = new URL(source.url.reveal());
  const target = targetOf(url, source.tls);
  const shown = `${url.protocol}//${url.host}${url.pathname}`;
  context.onFetch?.(shown);
  const reply = await context.ports.transport.send({
    method: "GET",
    target,
    path: `${url.pathname}${url.search}`,
    headers: authorization(url, source.bearer),
    timeoutMs: fetchTimeoutMs,
    maxBytes: maxTokenBytes,
    signal: context.signal,
  });
  if (reply.status !== 200) {
    const kind = classify(reply.status, undefined, "");
    throw new NeuVectorError(kind === "unauthorized" ? "forbidden" : kind, `join token URL ${shown} gave no token`, {
      status: reply.status,
      hint: 'Check the URL and its credentials; it must answer 200 with {"context": "<join token>"}.',
    });
  }
  const token = new Secret(parseReply(tokenUrlReply, readJson(reply.body), `join token URL ${shown}`));
  context.onFetched?.();
  return token;
}

function targetOf(url: URL, tls: TlsSettings): Target {
  const protocol = url.protocol === "http:" ? "http" : "https";
  const port = url.port === "" ? (protocol === "http" ? 80 : 443) : Number(url.port);
  return { protocol, server: url.hostname.replace(/^\[|\]$/g, ""), port, tls };
}

function authorization(url: URL, bearer: Secret | undefined): Record<string, string> {
  if (bearer !== undefined) return { Authorization: `Bearer ${bearer.reveal()}` };
  if (url.username === "") return {};
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { Authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
