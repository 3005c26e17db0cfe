import axios, { AxiosError, type AxiosInstance } from "axios";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent, type AgentOptions } from "node:https";
import type { Duplex } from "node:stream";
import { connect, rootCertificates, type ConnectionOptions } from "node:tls";
import { lookAtCertificate, normalizeFingerprint } from "./certificate";
import { NeuVectorError } from "./errors";
import { formatAddress, type TlsSettings, type Transport, type TransportReply, type TransportRequest } from "./ports";

const maxSocketsPerHost = 8;

/**
 * HTTPS (and, where a target says so, HTTP) with keep-alive. Verifies certificates whatever the environment says,
 * follows no redirect, uses no proxy, and never puts a header, body or query into an error.
 */
export function createHttpTransport(): Transport {
  const client = axios.create({
    maxRedirects: 0,
    proxy: false,
    validateStatus: () => true,
    responseType: "text",
    transformRequest: [(data: unknown) => data],
    transformResponse: [(data: unknown) => data],
  });
  const httpAgent = new HttpAgent({ keepAlive: true, maxSockets: maxSocketsPerHost });
  const httpsAgents = new Map<string, HttpsAgent>();
  const agentFor = (tls: TlsSettings): HttpsAgent => {
    const key = JSON.stringify([tls.ca, tls.serverName, tls.fingerprint, tls.verify]);
    const agent = httpsAgents.get(key) ?? createHttpsAgent(tls);
    httpsAgents.set(key, agent);
    return agent;
  };
  return { send: (request) => send(client, httpAgent, agentFor(request.target.tls), request) };
}

async function send(
  client: AxiosInstance,
  httpAgent: HttpAgent,
  httpsAgent: HttpsAgent,
  request: TransportRequest,
): Promise<TransportReply> {
  const { method, target, path, headers, body, timeoutMs, maxBytes, signal } = request;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const reply = await client.request<string>({
      method,
      url: `${target.protocol}://${formatAddress(target)}${path}`,
      headers: { "User-Agent": "fedjoin", "Accept-Encoding": "gzip", ...headers },
      data: body,
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      maxContentLength: maxBytes,
      httpAgent,
      httpsAgent,
    });
    return { status: reply.status, headers: flatten(reply.headers), body: reply.data };
  } catch (error) {
    const what = `${method} ${target.protocol}://${formatAddress(target)}${path.split("?", 1)[0] ?? ""}`;
    if (signal?.aborted === true) throw new NeuVectorError("cancelled", `${what} was stopped`);
    if (timeout.aborted) throw new NeuVectorError("timeout", `${what} got no answer within ${timeoutMs / 1000} s`);
    throw await translate(error, what, request);
  }
}

function flatten(headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

const tlsCode = /^(CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|ERR_TLS_|ERR_SSL_|EPROTO|INVALID_PURPOSE)/;
const fingerprintMismatch = "ERR_TLS_FINGERPRINT";

async function translate(error: unknown, what: string, { target, maxBytes }: TransportRequest): Promise<Error> {
  if (!(error instanceof AxiosError)) return error instanceof Error ? error : new Error(String(error));
  const code = error.code ?? "";
  if (code === "ERR_BAD_RESPONSE") {
    return new NeuVectorError("unexpected_reply", `${what} answered more than ${maxBytes} bytes or broke off`);
  }
  if (!tlsCode.test(code)) return new NeuVectorError("network", `${what}: ${code === "" ? "no answer" : code}`);
  const certificate = await lookAtCertificate(target);
  if (certificate === undefined) return new NeuVectorError("tls", `${what}: no TLS session (${code})`);
  const { subject, names, fingerprint } = certificate;
  const reason = code === fingerprintMismatch ? "its fingerprint is not the pinned one" : code;
  return new NeuVectorError(
    "tls",
    `${what}: certificate refused (${reason}); it is ${subject}, names ${names}, SHA-256 ${fingerprint}`,
    { certificate },
  );
}

function createHttpsAgent(tls: TlsSettings): HttpsAgent {
  const options: AgentOptions = {
    keepAlive: true,
    maxSockets: maxSocketsPerHost,
    rejectUnauthorized: tls.verify !== false,
    ...(tls.ca === undefined ? {} : { ca: [...rootCertificates, tls.ca] }),
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
    const socket = connect({ ...options, rejectUnauthorized: false });
    const refuse = (error: Error): void => {
      socket.destroy();
      callback?.(error, socket);
    };
    socket.once("error", refuse);
    socket.once("secureConnect", () => {
      socket.removeListener("error", refuse);
      const shown = normalizeFingerprint(socket.getPeerCertificate().fingerprint256);
      if (shown === this.#fingerprint) callback?.(null, socket);
      else refuse(Object.assign(new Error("fingerprint mismatch"), { code: fingerprintMismatch }));
    });
    return undefined;
  }
}
