import { Agent as HttpsAgent, type AgentOptions } from "node:https";
import type { Duplex } from "node:stream";
import { connect, createSecureContext, type ConnectionOptions } from "node:tls";
import { fingerprintMismatch } from "./tlsRefusal";
import { trustedRoots } from "./trustedRoots";
import { normalizeFingerprint, pinnedFingerprints } from "../fingerprint";
import type { TlsSettings } from "../ports";

const handshakeTimeoutMs = 20_000;

/** Kept connections with these settings, at most `maxSockets` to one host at the same time. */
export function createHttpsAgent(tls: TlsSettings, maxSockets: number): HttpsAgent {
  const options: AgentOptions = {
    keepAlive: true,
    maxSockets,
    // Made once: certificates among the options would be parsed for each connection and compared for each request.
    secureContext: createSecureContext({
      minVersion: "TLSv1.2",
      ...(tls.ca === undefined ? {} : { ca: [...trustedRoots(), tls.ca] }),
    }),
    rejectUnauthorized: tls.verify !== false,
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
  };
  const pinned = pinnedFingerprints(tls.fingerprint);
  return pinned.length === 0 ? new HttpsAgent(options) : new PinnedAgent(options, pinned);
}

type SocketCallback = (error: Error | null, socket: Duplex) => void;

/** Hands out a connection only after its certificate was found to be pinned, before a byte is sent on it. */
class PinnedAgent extends HttpsAgent {
  readonly #pinned: readonly string[];

  constructor(options: AgentOptions, pinned: readonly string[]) {
    super(options);
    this.#pinned = pinned;
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
      if (this.#pinned.includes(shown)) callback?.(null, socket);
      else refuse(Object.assign(new Error("fingerprint mismatch"), { code: fingerprintMismatch }));
    });
    return undefined;
  }
}
