import { systemErrorCode } from "@fedjoin/provider/internal/values";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { HealthTarget } from "../settings/healthTarget";
import { readWebConfig } from "../webConfig/readWebConfig";
import type { WebTls } from "../webConfig/webConfig";

export interface HealthDeps {
  /** @throws when the file cannot be read. */
  readonly readFile: (path: string) => string;
  /** Cancels the check. */
  readonly signal: AbortSignal;
}

/** Status codes of a running exporter: healthy, credentials missing, rate limited, too many logins. */
const aliveStatusCodes = [200, 401, 429, 503];

/**
 * Requests `/-/healthy` from the exporter at `target`; resolves to `undefined` if it is alive, otherwise to the reason.
 * Over TLS, the exporter must present the certificate of its web config. If it requires a client certificate, a
 * completed handshake counts as alive.
 */
export async function checkHealth(target: HealthTarget, { readFile, signal }: HealthDeps): Promise<string | undefined> {
  try {
    const { webConfigFile: path } = target;
    if (path === undefined) return await requestHealth(await openPlain(target, signal), signal);
    const { config } = readWebConfig({ path, readFile, now: 0 });
    if (config === undefined) return await checkWithoutConfig(target, signal);
    if (config.tls === undefined) return await requestHealth(await openPlain(target, signal), signal);
    return await checkOverTls(await openTls(target, signal), config.tls, signal);
  } catch (error) {
    return signal.aborted ? "no answer in time" : `no answer (${systemErrorCode(error)})`;
  }
}

async function checkOverTls(socket: TLSSocket, tls: WebTls, signal: AbortSignal): Promise<string | undefined> {
  const own = new X509Certificate(String(tls.context.cert)).fingerprint256;
  const isOwn = socket.getPeerX509Certificate()?.fingerprint256 === own;
  if (isOwn && !tls.clientAuth.startsWith("Require")) return requestHealth(socket, signal);
  socket.destroy();
  return isOwn ? undefined : "the certificate is not that of the web config";
}

/** Checks without a valid web config: a running exporter keeps using its previous one, whatever that was. */
async function checkWithoutConfig(target: HealthTarget, signal: AbortSignal): Promise<string | undefined> {
  const socket = await openTls(target, signal).catch(() => undefined);
  if (socket === undefined) return requestHealth(await openPlain(target, signal), signal);
  socket.destroy();
  return undefined;
}

async function openPlain({ server: host, port }: HealthTarget, signal: AbortSignal): Promise<Socket> {
  const socket = connectPlain({ host, port });
  await destroyOnError(socket, once(socket, "connect", { signal }));
  return socket;
}

/** Accepts any certificate in the handshake; the caller compares it before anything is sent. */
async function openTls({ server: host, port }: HealthTarget, signal: AbortSignal): Promise<TLSSocket> {
  const socket = connectTls({ host, port, rejectUnauthorized: false });
  await destroyOnError(socket, once(socket, "secureConnect", { signal }));
  return socket;
}

async function destroyOnError(socket: Socket, opened: Promise<unknown>): Promise<void> {
  try {
    await opened;
  } catch (error) {
    socket.on("error", () => undefined).destroy();
    throw error;
  }
}

async function requestHealth(socket: Socket, signal: AbortSignal): Promise<string | undefined> {
  const status = await new Promise<number>((resolve, reject) => {
    request({ path: "/-/healthy", host: "localhost", createConnection: () => socket, signal })
      .on("response", ({ statusCode = 0 }: IncomingMessage) => {
        resolve(statusCode);
      })
      .on("error", reject)
      .end();
  });
  socket.destroy();
  return aliveStatusCodes.includes(status) ? undefined : `it answers ${status}`;
}
