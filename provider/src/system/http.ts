import axios, { AxiosError, type AxiosInstance } from "axios";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent, type AgentOptions } from "node:https";
import { pipeline, Transform, type Duplex, type Readable } from "node:stream";
import { connect, createSecureContext, rootCertificates, type ConnectionOptions } from "node:tls";
import { createGunzip } from "node:zlib";
import { lookAtCertificate, normalizeFingerprint } from "./certificate";
import { NeuVectorError } from "../errors";
import {
  formatAddress,
  type Log,
  type Target,
  type TlsSettings,
  type Transport,
  type TransportReply,
  type TransportRequest,
} from "../ports";
import { createPlaces, type Places } from "./places";
import { fingerprintMismatch, isTlsCode, tlsRefusal } from "./tlsRefusal";

const defaultMaxConnections = 8;
const handshakeTimeoutMs = 20_000;

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
  const client = axios.create({
    adapter: "http",
    maxRedirects: 0,
    proxy: false,
    validateStatus: null,
    decompress: false,
    responseType: "stream",
    transformRequest: [],
    transformResponse: [],
  });
  const httpAgent = new HttpAgent({ keepAlive: true, maxSockets: maxConnections });
  const pools = new Map<string, Pool>();
  const poolFor = (tls: TlsSettings): Pool => {
    const key = JSON.stringify([tls.ca, tls.serverName, tls.fingerprint, tls.verify]);
    const pool = pools.get(key) ?? { agent: createHttpsAgent(tls, maxConnections), places: new Map() };
    pools.set(key, pool);
    return pool;
  };
  const placesAt = (pool: Pool, target: Target): Places => {
    const address = `${target.protocol}://${formatAddress(target)}`;
    const places = pool.places.get(address) ?? createPlaces(maxConnections);
    pool.places.set(address, places);
    return places;
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
      const pool = poolFor(request.target.tls);
      return send({ client, httpAgent, httpsAgent: pool.agent, places: placesAt(pool, request.target) }, request);
    },
  };
}

/** Connections with the same TLS settings. */
interface Pool {
  readonly agent: HttpsAgent;
  /** By host. An agent counts a connection only once it stands, so that it would open one for each call of a burst. */
  readonly places: Map<string, Places>;
}

interface Way {
  readonly client: AxiosInstance;
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  readonly places: Places;
}

async function send(
  { client, httpAgent, httpsAgent, places }: Way,
  request: TransportRequest,
): Promise<TransportReply> {
  const { method, target, path, headers, body, timeoutMs, signal } = request;
  const what = `${method} ${target.protocol}://${formatAddress(target)}${path.split("?", 1)[0] ?? ""}`;
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
    const reply = await client.request<Readable>({
      method,
      url: `${target.protocol}://${formatAddress(target)}${path}`,
      headers: { "User-Agent": "fedjoin", "Accept-Encoding": "gzip", ...headers },
      data: body,
      signal: stop.signal,
      httpAgent,
      httpsAgent,
    });
    const replyHeaders = flatten(reply.headers);
    const content = unzipped(reply.data, replyHeaders);
    return { status: reply.status, headers: replyHeaders, body: await readBody(reply.status, content, request, what) };
  } catch (error) {
    if (error instanceof NeuVectorError) throw error;
    if (isCancelled()) throw new NeuVectorError("cancelled", `${what} was stopped`);
    if (stop.signal.aborted) throw new NeuVectorError("timeout", `${what} got no answer within ${timeoutMs / 1000} s`);
    throw await translate(error, what, request);
  } finally {
    if (hasPlace) places.give();
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

/** Each piece that goes into or out of unzipping costs a turn of another thread, so that a long answer goes in large ones. */
const gatherBytes = 128 * 1024;
const unzipBytes = { least: 16 * 1024, most: 512 * 1024 };
/** How many times longer a zipped answer is than it came, about. */
const usualZip = 8;

/** The content of an answer that may be zipped. */
function unzipped(data: Readable, headers: Readonly<Record<string, string>>): Readable {
  if (headers["content-encoding"] !== "gzip") return data;
  const length = Number(headers["content-length"]) * usualZip || unzipBytes.most;
  const chunkSize = Math.min(Math.max(length, unzipBytes.least), unzipBytes.most);
  const content = createGunzip({ chunkSize });
  // What breaks the answer off breaks off its content, and the other way round.
  pipeline(data, createGatherer(), content, () => undefined);
  return content;
}

/** Passes on what comes in larger pieces. */
function createGatherer(): Transform {
  let parts: Uint8Array[] = [];
  let length = 0;
  const take = (): Uint8Array => {
    const all = Buffer.concat(parts);
    [parts, length] = [[], 0];
    return all;
  };
  return new Transform({
    transform(chunk: Uint8Array, _encoding, passOn) {
      parts.push(chunk);
      length += chunk.length;
      if (length < gatherBytes) passOn();
      else passOn(null, take());
    },
    flush(passOn) {
      if (length === 0) passOn();
      else passOn(null, take());
    },
  });
}

/** The body as text, or nothing where the sink took it. */
async function readBody(
  status: number,
  data: Readable,
  { sink, maxBytes }: TransportRequest,
  what: string,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  const isForSink = sink !== undefined && status >= 200 && status < 300;
  const take = isForSink ? sink : (chunk: Uint8Array) => chunks.push(chunk);
  let length = 0;
  await new Promise<void>((resolve, reject) => {
    const giveUp = (error: unknown): void => {
      reject(error instanceof Error ? error : new Error(String(error)));
      data.destroy();
    };
    data.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) {
        giveUp(new NeuVectorError("unexpected_reply", `${what} answered more than ${maxBytes} bytes`));
        return;
      }
      try {
        take(chunk);
      } catch (error) {
        giveUp(error);
      }
    });
    const breakOff = (): void => {
      // Every answer closes in the end; an error is made only of one that closed too early.
      if (!data.readableEnded) reject(new BrokenOff());
    };
    data.on("end", resolve).on("error", breakOff).on("close", breakOff);
  });
  return new TextDecoder().decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
}

/** The connection ended within an answer, or its compression is damaged. */
class BrokenOff extends Error {}

function flatten(headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

async function translate(error: unknown, what: string, { target }: TransportRequest): Promise<Error> {
  if (error instanceof BrokenOff) return new NeuVectorError("network", `${what}: the answer broke off`);
  if (!(error instanceof AxiosError)) return error instanceof Error ? error : new Error(String(error));
  const { code = "no answer", message } = error;
  if (code === "ERR_INVALID_CHAR") {
    return new NeuVectorError("invalid_input", `${what}: a credential holds characters that a header cannot`);
  }
  if (!isTlsCode(code)) return new NeuVectorError("network", `${what}: ${code}`);
  return tlsRefusal(what, target, { code, message, seen: await lookAtCertificate(target) });
}

function createHttpsAgent(tls: TlsSettings, maxSockets: number): HttpsAgent {
  const options: AgentOptions = {
    keepAlive: true,
    maxSockets,
    // Made once: certificates among the options would be parsed for each connection and compared for each request.
    secureContext: createSecureContext({
      minVersion: "TLSv1.2",
      ...(tls.ca === undefined ? {} : { ca: [...rootCertificates, tls.ca] }),
    }),
    rejectUnauthorized: tls.verify !== false,
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
  };
  return tls.fingerprint === undefined ? new HttpsAgent(options) : new PinnedAgent(options, tls.fingerprint);
}

type SocketCallback = (error: Error | null, socket: Duplex) => void;

/** Hands out a connection only after its certificate was found to be the pinned one, before a byte is sent on it. */
class PinnedAgent extends HttpsAgent {
  readonly #fingerprint: string;

  constructor(options: AgentOptions, fingerprint: string) {
    super(options);
    this.#fingerprint = normalizeFingerprint(fingerprint);
  }

  override createConnection(options: ConnectionOptions, callback?: SocketCallback): Duplex | null | undefined {
    const socket = connect({ ...options, rejectUnauthorized: false, timeout: handshakeTimeoutMs });
    const refuse = (error: Error): void => {
      socket.destroy();
      callback?.(error, socket);
    };
    const giveUp = (): void => {
      refuse(Object.assign(new Error("no handshake in time"), { code: "ETIMEDOUT" }));
    };
    socket.once("error", refuse).once("timeout", giveUp);
    socket.once("secureConnect", () => {
      socket.removeListener("error", refuse).removeListener("timeout", giveUp).setTimeout(0);
      const shown = normalizeFingerprint(socket.getPeerCertificate().fingerprint256);
      if (shown === this.#fingerprint) callback?.(null, socket);
      else refuse(Object.assign(new Error("fingerprint mismatch"), { code: fingerprintMismatch }));
    });
    return undefined;
  }
}
