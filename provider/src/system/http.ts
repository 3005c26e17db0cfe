import axios, { AxiosError, type AxiosInstance } from "axios";
import { Agent as HttpAgent, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { Agent as HttpsAgent } from "node:https";
import { lookAtCertificate } from "./certificate";
import { BrokenOff, readContent } from "./content";
import { createHttpsAgent } from "./httpsAgent";
import { createNodeAdapter } from "./nodeAdapter";
import { NeuVectorError } from "../errors";
import {
  baseUrl,
  formatAddress,
  type Log,
  type Target,
  type TlsSettings,
  type Transport,
  type TransportReply,
  type TransportRequest,
} from "../ports";
import { createPlaces, type Places } from "./places";
import { isTlsCode, tlsRefusal } from "./tlsRefusal";

const defaultMaxConnections = 8;

export interface HttpOptions {
  /** Connections to one host at the same time, 8 unless told; further requests wait. */
  readonly maxConnections?: number | undefined;
}

/**
 * HTTPS (and, where a target says so, HTTP) with keep-alive. Verifies certificates whatever the environment says,
 * follows no redirect, uses no proxy, and never puts a header, body or query into an error. Warns once of each target
 * that is not to be verified.
 */
export function createHttpTransport(log: Log, { maxConnections = defaultMaxConnections }: HttpOptions = {}): Transport {
  const httpAgent = new HttpAgent({ keepAlive: true, maxSockets: maxConnections });
  const pools = new Map<string, Pool>();
  const poolFor = (tls: TlsSettings): Pool => {
    const key = JSON.stringify([tls.ca, tls.serverName, tls.fingerprint, tls.verify]);
    const pool = pools.get(key) ?? { agent: createHttpsAgent(tls, maxConnections), ways: new Map() };
    pools.set(key, pool);
    return pool;
  };
  const wayTo = (target: Target): Way => {
    const { agent, ways } = poolFor(target.tls);
    const address = baseUrl(target);
    const way = ways.get(address) ?? {
      client: createClient(target, target.protocol === "https" ? agent : httpAgent),
      places: createPlaces(maxConnections),
    };
    ways.set(address, way);
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
      warnOnce(request.target);
      return send(wayTo(request.target), request);
    },
  };
}

/** Connections with the same TLS settings. */
interface Pool {
  readonly agent: HttpsAgent;
  /** By protocol and address. */
  readonly ways: Map<string, Way>;
}

/** How requests reach one host. */
interface Way {
  readonly client: AxiosInstance;
  /** An agent counts a connection only once it stands, so that it would open one for each call of a burst. */
  readonly places: Places;
}

function createClient(target: Target, agent: HttpAgent): AxiosInstance {
  return axios.create({
    adapter: createNodeAdapter(target, agent),
    validateStatus: null,
    transformRequest: [],
    transformResponse: [],
  });
}

async function send({ client, places }: Way, request: TransportRequest): Promise<TransportReply> {
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
    await places.take(stop.signal);
    hasPlace = true;
    const { status, data: answer } = await client.request<IncomingMessage>({
      method,
      url: path,
      headers: { "User-Agent": "fedjoin", "Accept-Encoding": "gzip", ...headers },
      data: body,
      signal: stop.signal,
    });
    const head = { status, headers: flatten(answer.headers) };
    return { ...head, body: await readContent(answer, head, request, what) };
  } catch (error) {
    if (error instanceof NeuVectorError) throw error;
    if (isCancelled()) throw new NeuVectorError("cancelled", `${what} was stopped`);
    if (stop.signal.aborted) {
      throw withProxyHint(new NeuVectorError("timeout", `${what} got no answer within ${timeoutMs / 1000} s`));
    }
    throw await translate(error, what, request);
  } finally {
    if (hasPlace) places.give();
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

function flatten(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

async function translate(error: unknown, what: string, { target }: TransportRequest): Promise<Error> {
  if (error instanceof BrokenOff) return new NeuVectorError("network", `${what}: the answer broke off`);
  if (!(error instanceof AxiosError)) return error instanceof Error ? error : new Error(String(error));
  const { code = "no answer", message } = error;
  if (code === "ERR_INVALID_CHAR") {
    return new NeuVectorError("invalid_input", `${what}: a credential holds characters that a header cannot`);
  }
  if (!isTlsCode(code)) return withProxyHint(new NeuVectorError("network", `${what}: ${code}`));
  return tlsRefusal(what, target, { code, message, seen: await lookAtCertificate(target) });
}

const proxyVariables = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/** The failure, with a word on a proxy variable that is set here: connections are direct whatever it says. */
function withProxyHint(error: NeuVectorError): NeuVectorError {
  const set = proxyVariables.find((name) => (process.env[name] ?? "") !== "");
  if (set === undefined) return error;
  return error.with({ hint: `${error.hint} ${set} is set here, and fedjoin connects directly without it.`.trim() });
}
