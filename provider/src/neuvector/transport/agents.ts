import { Agent as HttpAgent, type AgentOptions as HttpAgentOptions } from "node:http";
import { Agent as HttpsAgent, type AgentOptions } from "node:https";
import { Duplex } from "node:stream";
import { connect, createSecureContext, type ConnectionOptions } from "node:tls";
import { fingerprintMismatchCode } from "./tlsErrors";
import { trustedRoots } from "./trustedRoots";
import { openTunnel } from "./proxyTunnel";
import type { ProxyRoute } from "./proxyRoute";
import { normalizeFingerprint, pinnedFingerprints } from "../../values/fingerprint";
import type { Address, TlsSettings } from "../ports";

const handshakeTimeoutMs = 20_000;

/** The proxy on the way to an address; `undefined` for a direct connection. */
export type ProxyResolver = (address: Address) => ProxyRoute | undefined;

/** Kept connections with these settings, at most `maxSockets` to one host at the same time. */
export function createHttpsAgent(tls: TlsSettings, routeTo: ProxyResolver, maxSockets: number): HttpsAgent {
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
  return new PinnedHttpsAgent(options, routeTo, pinnedFingerprints(tls.fingerprint));
}

/** Kept connections without TLS. */
export function createHttpAgent(routeTo: ProxyResolver, maxSockets: number): HttpAgent {
  return new PlainHttpAgent({ keepAlive: true, maxSockets }, routeTo);
}

type SocketCallback = (error: Error | null, socket: Duplex) => void;

/** Hands out a connection at once, or by the callback after it went through a proxy. */
type Secure<S> = (socket: S | undefined) => Duplex | null | undefined;

/** What `secure` makes of a connection to an address, through a proxy where there is one on the way. */
function through(
  routeTo: ProxyResolver,
  { host, port }: { readonly host?: string | null | undefined; readonly port?: string | number | null | undefined },
  secure: Secure<Duplex>,
  callback: SocketCallback | undefined,
): Duplex | null | undefined {
  const address: Address = { server: host ?? "", port: Number(port) };
  const route = routeTo(address);
  if (route === undefined) return secure(undefined);
  openTunnel(route, address).then(
    (tunnel) => {
      const socket = secure(tunnel);
      if (socket) callback?.(null, socket);
    },
    (error: unknown) => callback?.(error as Error, new Duplex()),
  );
  return undefined;
}

class PlainHttpAgent extends HttpAgent {
  readonly #routeTo: ProxyResolver;

  constructor(options: HttpAgentOptions, routeTo: ProxyResolver) {
    super(options);
    this.#routeTo = routeTo;
  }

  override createConnection(
    options: Parameters<HttpAgent["createConnection"]>[0],
    callback?: SocketCallback,
  ): Duplex | null | undefined {
    return through(this.#routeTo, options, (tunnel) => tunnel ?? super.createConnection(options), callback);
  }
}

/** Where fingerprints are pinned, hands out a connection only after its certificate was compared, before a byte is sent. */
class PinnedHttpsAgent extends HttpsAgent {
  readonly #routeTo: ProxyResolver;
  readonly #pinned: readonly string[];

  constructor(options: AgentOptions, routeTo: ProxyResolver, pinned: readonly string[]) {
    super(options);
    this.#routeTo = routeTo;
    this.#pinned = pinned;
  }

  override createConnection(options: ConnectionOptions, callback?: SocketCallback): Duplex | null | undefined {
    const secure: Secure<Duplex> = (socket) => {
      const within = socket === undefined ? options : { ...options, socket };
      if (this.#pinned.length === 0) return super.createConnection(within);
      this.#compare(within, callback);
      return undefined;
    };
    return through(this.#routeTo, options, secure, callback);
  }

  #compare(options: ConnectionOptions, callback: SocketCallback | undefined): void {
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
      else refuse(Object.assign(new Error("fingerprint mismatch"), { code: fingerprintMismatchCode }));
    });
  }
}
