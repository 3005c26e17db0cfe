import { decodeJoinToken } from "./joinToken";
import { mintJoinToken } from "../neuvector/client/federation";
import { parseJson, parseResponse } from "../neuvector/rest/response";
import { tokenUrlResponse } from "../neuvector/client/federation";
import { classify } from "../neuvector/rest/classify";
import { NeuVectorError, withOperation } from "../errors/neuVectorError";
import type { Ports, Target, TransportResponse } from "../neuvector/ports";
import type { Session } from "../neuvector/session/session";
import { basicAuthorization } from "../neuvector/transport/basicAuthorization";
import { Secret } from "../values/secret";
import { stripBrackets } from "../values/server";
import { formatAddress, sameAddress, type Address } from "../values/address";
import type { TlsSettings } from "../values/tls";

/** Where the join token comes from. Only a fetched or minted one can be renewed. */
export type TokenSource =
  | { readonly kind: "given"; readonly token: Secret }
  | {
      readonly kind: "url";
      /** May hold credentials and a query. Only scheme, host and path are ever shown. */
      readonly url: Secret;
      readonly tls: TlsSettings;
      /** See `Address.proxy`. */
      readonly proxy?: Secret | undefined;
      /** A function is called at each fetch. Takes precedence over credentials in the URL. */
      readonly bearer?: Secret | (() => Promise<Secret>) | undefined;
    }
  | { readonly kind: "mint"; readonly minutes: number };

export interface TokenContext {
  readonly ports: Ports;
  readonly master: Session | undefined;
  /** The master's federation address if it is sent in place of the token's: a mismatch is a warning. */
  readonly masterFederation?: Address | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onFetch?: ((shownUrl: string) => void) | undefined;
  readonly onFetched?: (() => void) | undefined;
}

/** Returns true if the source can provide another token. */
export function isRenewable(source: TokenSource): boolean {
  return source.kind !== "given";
}

/**
 * Obtains a join token from its source. Warns if a given or fetched token names another master than the declared one.
 * @throws NeuVectorError of the failed request; invalid_input if URL or bearer cannot be used.
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
  const response = await context.ports.transport.send({
    method: "GET",
    target: toTarget(url, source),
    path: `${url.pathname}${url.search}`,
    headers: authorization(url, await resolveBearer(source)),
    timeoutMs: fetchTimeoutMs,
    maxBytes: maxTokenBytes,
    signal: context.signal,
  });
  if (response.status !== 200) throw tokenUrlError(response, `join token URL ${shown}`);
  const token = new Secret(parseResponse(tokenUrlResponse, parseJson(response.body), `join token URL ${shown}`));
  context.onFetched?.();
  return token;
}

/** Node's own error for an invalid URL repeats the URL, and this one may hold credentials. */
function parseUrl(secret: Secret): URL {
  const text = secret.reveal();
  if (URL.canParse(text)) return new URL(text);
  throw new NeuVectorError("invalid_input", "the join token URL is not a URL");
}

async function resolveBearer({ bearer }: TokenSource & { kind: "url" }): Promise<Secret | undefined> {
  const secret = typeof bearer === "function" ? await bearer() : bearer;
  if (secret === undefined || /^[\x21-\x7e]+$/.test(secret.reveal())) return secret;
  throw new NeuVectorError(
    "invalid_input",
    "the bearer of the join token URL contains characters that are invalid in a header",
  );
}

function tokenUrlError(response: TransportResponse, what: string): NeuVectorError {
  const { status } = response;
  const kind = classify(status, undefined, "");
  const result = kind === "redirected" ? `redirects to ${redirectHost(response)}` : "gave no token";
  return new NeuVectorError(kind === "unauthorized" ? "forbidden" : kind, `${what} ${result}`, {
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
