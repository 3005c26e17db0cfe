import axios, { AxiosError, type AxiosInstance } from "axios";
import type { Agent, IncomingHttpHeaders, IncomingMessage } from "node:http";
import { fetchServerCertificate } from "./serverCertificate";
import { IncompleteResponseError, readBody } from "./responseBody";
import { createHttpAgent, createHttpsAgent, type ProxyResolver } from "./agents";
import { createNodeAdapter } from "./nodeAdapter";
import { NeuVectorError } from "../../errors/neuVectorError";
import {
  baseUrl,
  formatAddress,
  type Log,
  type Target,
  type Transport,
  type TransportResponse,
  type TransportRequest,
} from "../ports";
import { createSemaphore, type Semaphore } from "../../concurrency";
import { toNeuVectorError, addProxyHint } from "./proxyErrors";
import { resolveProxy } from "./proxyRoute";
import { isTlsErrorCode, tlsError } from "./tlsErrors";
import { ProxyError } from "./proxyTunnel";

const defaultMaxConnections = 8;

export interface HttpTransportOptions {
  /** Connections to one host at the same time, 8 unless told; further requests wait. */
  readonly maxConnections?: number | undefined;
  /** False where the caller itself warns of targets whose certificate is not verified. Default true. */
  readonly warnUnverified?: boolean;
}

/**
 * HTTPS (and, where a target says so, HTTP) with keep-alive. Verifies certificates whatever the environment says,
 * follows no redirect, uses a proxy only where a target says so, and never puts a header, body or query into an error. Warns once of each target
 * that is not to be verified.
 */
export function createHttpTransport(
  log: Log,
  { maxConnections = defaultMaxConnections, warnUnverified = true }: HttpTransportOptions = {},
): Transport {
  const pools = new Map<string, TlsPool>();
  const poolFor = ({ protocol, tls, proxy }: Target): TlsPool => {
    const key = JSON.stringify([protocol, tls.ca, tls.serverName, tls.fingerprint, tls.verify, proxy?.reveal()]);
    const routeTo: ProxyResolver = ({ server, port }) => resolveProxy({ protocol, server, port, tls, proxy });
    const pool = pools.get(key) ?? {
      agent:
        protocol === "https"
          ? createHttpsAgent(tls, routeTo, maxConnections)
          : createHttpAgent(routeTo, maxConnections),
      clients: new Map(),
    };
    pools.set(key, pool);
    return pool;
  };
  const wayTo = (target: Target): HostClient => {
    const { agent, clients } = poolFor(target);
    const address = baseUrl(target);
    const way = clients.get(address) ?? {
      client: createClient(target, agent),
      semaphore: createSemaphore(maxConnections),
    };
    clients.set(address, way);
    return way;
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
      return send(wayTo(request.target), request);
    },
  };
}

/** Connections with the same TLS settings and the same proxy. */
interface TlsPool {
  readonly agent: Agent;
  /** By address. */
  readonly clients: Map<string, HostClient>;
}

/** How requests reach one host. */
interface HostClient {
  readonly client: AxiosInstance;
  /** An agent counts a connection only once it stands, so that it would open one for each call of a burst. */
  readonly semaphore: Semaphore;
}

function createClient(target: Target, agent: Agent): AxiosInstance {
  return axios.create({
    adapter: createNodeAdapter(target, agent),
    validateStatus: null,
    transformRequest: [],
    transformResponse: [],
  });
}

async function send({ client, semaphore }: HostClient, request: TransportRequest): Promise<TransportResponse> {
  const { method, target, path, headers, body, timeoutMs, signal } = request;
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
  let hasPlace = false;
  try {
    await semaphore.acquire(stop.signal);
    hasPlace = true;
    const { status, data: answer } = await client.request<IncomingMessage>({
      method,
      url: path,
      headers: { "User-Agent": "fedjoin", "Accept-Encoding": "gzip", ...headers },
      data: body,
      signal: stop.signal,
    });
    const head = { status, headers: flatten(answer.headers) };
    return { ...head, body: await readBody(answer, head, request, what) };
  } catch (error) {
    if (error instanceof NeuVectorError) throw error;
    if (isCancelled()) throw new NeuVectorError("cancelled", `${what} was stopped`);
    if (stop.signal.aborted) {
      const summary = `${what} got no answer within ${timeoutMs / 1000} s`;
      throw addProxyHint(new NeuVectorError("timeout", summary), target);
    }
    throw await translate(error, what, request);
  } finally {
    if (hasPlace) semaphore.release();
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

function flatten(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

async function translate(error: unknown, what: string, { target }: TransportRequest): Promise<Error> {
  if (error instanceof ProxyError) return toNeuVectorError(what, error);
  if (error instanceof IncompleteResponseError) return new NeuVectorError("network", `${what}: the answer broke off`);
  if (!(error instanceof AxiosError)) return error instanceof Error ? error : new Error(String(error));
  const { code = "no answer", message } = error;
  if (code === "ERR_INVALID_CHAR") {
    return new NeuVectorError("invalid_input", `${what}: a credential holds characters that a header cannot`);
  }
  if (!isTlsErrorCode(code)) return addProxyHint(new NeuVectorError("network", `${what}: ${code}`), target);
  return tlsError(what, target, { code, message, certificate: await fetchServerCertificate(target) });
}
