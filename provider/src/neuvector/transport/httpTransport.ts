import axios, { AxiosError, type AxiosInstance } from "axios";
import { validateHeaderValue, type Agent, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { createSemaphore, type Semaphore } from "../../concurrency";
import { NeuVectorError } from "../../errors/neuVectorError";
import { systemErrorCode } from "../../values/systemErrorCode";
import {
  baseUrl,
  type Log,
  type Target,
  type Transport,
  type TransportRequest,
  type TransportResponse,
} from "../ports";
import { createAgentFactory } from "./agents";
import { addProxyHint, toNeuVectorError } from "./proxyErrors";
import { ProxyError } from "./proxyTunnel";
import { IncompleteResponseError, readBody } from "./responseBody";
import { fetchServerCertificate } from "./serverCertificate";
import { isTlsErrorCode, tlsError } from "./tlsErrors";
import { formatAddress } from "../../values/address";

const defaultMaxConnections = 8;

export interface HttpTransportOptions {
  /** Connections to one host at a time; further requests wait. Default: 8. */
  readonly maxConnections?: number | undefined;
  /** False if the caller itself warns about targets whose certificate is not verified. Default: true. */
  readonly warnUnverified?: boolean;
}

/**
 * HTTPS, and HTTP for targets that ask for it, over kept connections. Verifies certificates regardless of the
 * environment, never follows a redirect, uses a proxy only if the target says so, and never puts a header, a body or a
 * query into an error. Warns once about each target that is not verified.
 */
export function createHttpTransport(
  log: Log,
  { maxConnections = defaultMaxConnections, warnUnverified = true }: HttpTransportOptions = {},
): Transport {
  const createAgent = createAgentFactory(maxConnections);
  const clients = new Map<string, HostClient>();
  const clientFor = (target: Target): HostClient => {
    const { protocol, server, port, tls, proxy } = target;
    const { ca, serverName, fingerprint, verify } = tls;
    const key = JSON.stringify([protocol, server, port, ca, serverName, fingerprint, verify, proxy?.reveal()]);
    const client = clients.get(key) ?? {
      axios: createAxios(target, createAgent(target)),
      semaphore: createSemaphore(maxConnections),
    };
    clients.set(key, client);
    return client;
  };
  const unverified = new Set<string>();
  const warnOnce = (target: Target): void => {
    const address = formatAddress(target);
    if (target.protocol !== "https" || target.tls.verify !== false || unverified.has(address)) return;
    unverified.add(address);
    log("warn", `${address}: its certificate is not verified, so anybody in between can read passwords and tokens`);
  };
  return {
    send(request) {
      if (warnUnverified) warnOnce(request.target);
      return send(clientFor(request.target), request);
    },
  };
}

/** Sends requests to one host, with the same TLS settings and the same proxy. */
interface HostClient {
  readonly axios: AxiosInstance;
  /** An agent counts a connection only once it is established, so a burst of requests would open one each. */
  readonly semaphore: Semaphore;
}

function createAxios({ protocol, server, port }: Target, agent: Agent): AxiosInstance {
  return axios.create({
    // A URL has no place for the zone of an IPv6 address. The agent knows it.
    baseURL: `${protocol}://${formatAddress({ server: server.replace(/%.*$/, ""), port })}`,
    allowAbsoluteUrls: false,
    httpAgent: agent,
    httpsAgent: agent,
    // The agent decides: without this, axios would follow HTTPS_PROXY and tunnel past the agent and its fingerprints.
    proxy: false,
    maxRedirects: 0,
    responseType: "stream",
    decompress: false,
    validateStatus: null,
    transformRequest: [],
    transformResponse: [],
  });
}

async function send({ axios: client, semaphore }: HostClient, request: TransportRequest): Promise<TransportResponse> {
  const { method, target, path, body, timeoutMs, signal } = request;
  const what = `${method} ${baseUrl(target)}${path.split("?", 1)[0] ?? ""}`;
  const isCancelled = (): boolean => signal?.aborted === true;
  if (isCancelled()) throw new NeuVectorError("cancelled", `${what} was stopped`);
  const stop = new AbortController();
  const abort = (): void => {
    stop.abort();
  };
  // Cheaper than AbortSignal.any and AbortSignal.timeout, whose timer outlives the request.
  const timer = setTimeout(abort, timeoutMs);
  signal?.addEventListener("abort", abort);
  let hasPermit = false;
  try {
    const headers = { "User-Agent": "fedjoin", "Accept-Encoding": "gzip", ...request.headers };
    checkHeaders(headers, what);
    await semaphore.acquire(stop.signal);
    hasPermit = true;
    const url = `${target.basePath ?? ""}${path}`;
    const { status, data: response } = await client.request<IncomingMessage>({
      ...{ method, url, headers, data: body, signal: stop.signal },
    });
    const head = { status, headers: flatten(response.headers) };
    return { ...head, body: await readBody(response, head, request, what) };
  } catch (error) {
    const cause = error instanceof AxiosError ? (error.cause ?? error) : error;
    if (cause instanceof NeuVectorError) throw cause;
    if (isCancelled()) throw new NeuVectorError("cancelled", `${what} was stopped`);
    if (stop.signal.aborted) {
      const summary = `${what} got no answer within ${timeoutMs / 1000} s`;
      throw addProxyHint(new NeuVectorError("timeout", summary), target);
    }
    if (cause instanceof ProxyError) throw toNeuVectorError(what, cause);
    if (cause instanceof IncompleteResponseError) throw new NeuVectorError("network", `${what}: the answer broke off`);
    if (error instanceof AxiosError) throw await connectionError(error, what, target);
    throw error;
  } finally {
    if (hasPermit) semaphore.release();
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

/** axios would drop the characters that a header cannot hold, and send another credential. */
function checkHeaders(headers: Readonly<Record<string, string>>, what: string): void {
  try {
    for (const [name, value] of Object.entries(headers)) validateHeaderValue(name, value);
  } catch (error) {
    if (systemErrorCode(error) !== "ERR_INVALID_CHAR") throw error;
    throw new NeuVectorError("invalid_input", `${what}: a credential holds characters that a header cannot`);
  }
}

function flatten(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

async function connectionError(
  { code = "no answer", message }: AxiosError,
  what: string,
  target: Target,
): Promise<NeuVectorError> {
  if (!isTlsErrorCode(code)) return addProxyHint(new NeuVectorError("network", `${what}: ${code}`), target);
  return tlsError(what, target, { code, message, certificate: await fetchServerCertificate(target) });
}
