import { basicAuthorization } from "../neuvector/transport/basicAuthorization";
import { mintJoinToken } from "../neuvector/client/federation";
import { withOperation, NeuVectorError } from "../errors/neuVectorError";
import { classify } from "../neuvector/rest/classify";
import { decodeJoinToken } from "./joinToken";
import {
  formatAddress,
  sameAddress,
  type Address,
  type Ports,
  type Target,
  type TlsSettings,
  type TransportResponse,
} from "../neuvector/ports";
import { Secret } from "../values/secret";
import { stripBrackets } from "../values/server";
import type { Session } from "../neuvector/session/session";
import { tokenUrlResponse } from "../neuvector/client/federation";
import { parseJson, parseResponse } from "../neuvector/rest/response";

/** Where the join token comes from. Only a fetched or minted one can be renewed. */
export type TokenSource =
  | { readonly kind: "given"; readonly token: Secret }
  | {
      readonly kind: "url";
      /** May hold credentials and a query; only scheme, host and path are ever shown. */
      readonly url: Secret;
      readonly tls: TlsSettings;
      /** As of an address. */
      readonly proxy?: Secret | undefined;
      /** Asked for at each fetch where it is a function. Wins over credentials in the URL. */
      readonly bearer?: Secret | (() => Promise<Secret>) | undefined;
    }
  | { readonly kind: "mint"; readonly minutes: number };

export interface TokenContext {
  readonly ports: Ports;
  readonly master: Session | undefined;
  /** The master's federation address, where it is sent in place of the token's: a contradiction is worth a warning. */
  readonly masterFederation?: Address | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onFetch?: ((shownUrl: string) => void) | undefined;
  readonly onFetched?: (() => void) | undefined;
}

/** True when asking again can give another token. */
export function isRenewable(source: TokenSource): boolean {
  return source.kind !== "given";
}

/**
 * A join token from its source. Warns when a token that was not minted for us names another master than the declared one.
 * @throws NeuVectorError of the request that failed; invalid_input when URL or bearer cannot be used.
 */
export async function obtainJoinToken(source: TokenSource, context: TokenContext): Promise<Secret> {
  switch (source.kind) {
    case "given":
      warnOnMasterMismatch(source.token, context);
      return source.token;
    case "mint":
      if (context.master === undefined) {
        throw new NeuVectorError("invalid_input", "minting a join token needs credentials at the master");
      }
      return mintJoinToken(context.master, source.minutes, { signal: context.signal });
    case "url": {
      const token = await fetchToken(source, context).catch((error: unknown) => {
        throw withOperation("fetch_token", error);
      });
      warnOnMasterMismatch(token, context);
      return token;
    }
  }
}

function warnOnMasterMismatch(token: Secret, { ports, masterFederation }: TokenContext): void {
  const inToken = decodeJoinToken(token);
  if (masterFederation === undefined || inToken === undefined || sameAddress(inToken, masterFederation)) return;
  const declared = formatAddress(masterFederation);
  ports.log(
    "warn",
    `The join token names the master ${formatAddress(inToken)}; the declared ${declared} is used instead`,
  );
}

const fetchTimeoutMs = 20_000;
const maxTokenBytes = 64 * 1024;

async function fetchToken(source: TokenSource & { kind: "url" }, context: TokenContext): Promise<Secret> {
  const url = parseUrl(source.url);
  const shown = `${url.protocol}//${url.host}${url.pathname}`;
  context.onFetch?.(shown);
  const reply = await context.ports.transport.send({
    method: "GET",
    target: toTarget(url, source),
    path: `${url.pathname}${url.search}`,
    headers: authorization(url, await resolveBearer(source)),
    timeoutMs: fetchTimeoutMs,
    maxBytes: maxTokenBytes,
    signal: context.signal,
  });
  if (reply.status !== 200) throw tokenUrlError(reply, `join token URL ${shown}`);
  const token = new Secret(parseResponse(tokenUrlResponse, parseJson(reply.body), `join token URL ${shown}`));
  context.onFetched?.();
  return token;
}

/** Node's own error for a malformed URL holds the URL, and this one may hold credentials. */
function parseUrl(secret: Secret): URL {
  const text = secret.reveal();
  if (URL.canParse(text)) return new URL(text);
  throw new NeuVectorError("invalid_input", "the join token URL is not a URL");
}

async function resolveBearer({ bearer }: TokenSource & { kind: "url" }): Promise<Secret | undefined> {
  const secret = typeof bearer === "function" ? await bearer() : bearer;
  if (secret === undefined || /^[\x21-\x7e]+$/.test(secret.reveal())) return secret;
  throw new NeuVectorError("invalid_input", "the bearer of the join token URL holds characters that a header cannot");
}

function tokenUrlError(reply: TransportResponse, what: string): NeuVectorError {
  const { status } = reply;
  const kind = classify(status, undefined, "");
  const gave = kind === "redirected" ? `redirects to ${redirectHost(reply)}` : "gave no token";
  return new NeuVectorError(kind === "unauthorized" ? "forbidden" : kind, `${what} ${gave}`, {
    status,
    operation: "fetch_token",
  });
}

function redirectHost({ headers }: TransportResponse): string {
  const { location } = headers;
  return location !== undefined && URL.canParse(location) ? new URL(location).host : "another path";
}

function toTarget(url: URL, { tls, proxy }: Pick<Target, "tls" | "proxy">): Target {
  const protocol = url.protocol === "http:" ? "http" : "https";
  const port = url.port === "" ? (protocol === "http" ? 80 : 443) : Number(url.port);
  return { protocol, server: stripBrackets(url.hostname), port, proxy, tls };
}

function authorization(url: URL, bearer: Secret | undefined): Record<string, string> {
  if (bearer !== undefined) return { Authorization: `Bearer ${bearer.reveal()}` };
  const basic = basicAuthorization(url);
  return basic === undefined ? {} : { Authorization: basic };
}
