import { Agent as HttpAgent, type AgentOptions } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { Duplex } from "node:stream";
import { connect, createSecureContext, type ConnectionOptions, type SecureContext } from "node:tls";
import { fingerprintMismatchCode } from "./tlsErrors";
import { trustedRoots } from "./trustedRoots";
import { openTunnel } from "./proxyTunnel";
import { resolveProxy } from "./proxyRoute";
import { normalizeFingerprint, pinnedFingerprints } from "../../values/fingerprint";
import { tlsServerName } from "../../values/server";
import type { Target } from "../ports";

const handshakeTimeoutMs = 20_000;

/**
 * Returns a function that creates the agent of a target: it keeps at most `maxSockets` connections to that target, and
 * it alone decides about proxy, TLS and fingerprint. Agents of targets with the same CA share what they trust.
 */
export function createAgentFactory(maxSockets: number): (target: Target) => HttpAgent {
  const secureContexts = new Map<string | undefined, SecureContext>();
  /** Created once: as options, certificates would be parsed for each connection and compared for each request. */
  const secureContextFor = (ca: string | undefined): SecureContext => {
    const context =
      secureContexts.get(ca) ??
      createSecureContext({ minVersion: "TLSv1.2", ...(ca !== undefined && { ca: [...trustedRoots(), ca] }) });
    secureContexts.set(ca, context);
    return context;
  };
  return (target) => {
    const { protocol, server, port, tls } = target;
    // An agent's options precede those of a request, so that what a URL makes of the server does not count.
    const options = { keepAlive: true, maxSockets, host: server, port };
    if (protocol === "http") return new PlainHttpAgent(target, options);
    const servername = tls.serverName ?? tlsServerName(server) ?? "";
    const secureContext = secureContextFor(tls.ca);
    const rejectUnauthorized = tls.verify !== false;
    return new PinnedHttpsAgent(target, { ...options, servername, secureContext, rejectUnauthorized });
  };
}

type SocketCallback = (error: Error | null, socket: Duplex) => void;
/** A connection, or nothing if the callback gets it later. */
type Connection = Duplex | null | undefined;

/** Connects by `connectWith`, which gets the tunnel if a proxy is between here and the target. */
function connectTo(
  target: Target,
  connectWith: (tunnel: Duplex | undefined) => Connection,
  callback: SocketCallback | undefined,
): Connection {
  const route = resolveProxy(target);
  if (route === undefined) return connectWith(undefined);
  const { server, port } = target;
  openTunnel(route, { server, port }).then(
    (tunnel) => {
      const socket = connectWith(tunnel);
      if (socket) callback?.(null, socket);
    },
    (error: unknown) => callback?.(error as Error, new Duplex()),
  );
  return undefined;
}

class PlainHttpAgent extends HttpAgent {
  readonly #target: Target;

  constructor(target: Target, options: AgentOptions) {
    super(options);
    this.#target = target;
  }

  override createConnection(
    options: Parameters<HttpAgent["createConnection"]>[0],
    callback?: SocketCallback,
  ): Connection {
    return connectTo(this.#target, (tunnel) => tunnel ?? super.createConnection(options), callback);
  }
}

/** If fingerprints are pinned, hands out a connection only once its certificate matches, before a byte is sent. */
class PinnedHttpsAgent extends HttpsAgent {
  readonly #target: Target;

  constructor(target: Target, options: AgentOptions & ConnectionOptions) {
    super(options);
    this.#target = target;
  }

  override createConnection(options: ConnectionOptions, callback?: SocketCallback): Connection {
    const pinned = pinnedFingerprints(this.#target.tls.fingerprint);
    const connectWith = (tunnel: Duplex | undefined): Connection => {
      const all = tunnel === undefined ? options : { ...options, socket: tunnel };
      if (pinned.length === 0) return super.createConnection(all);
      connectPinned(all, pinned, callback);
      return undefined;
    };
    return connectTo(this.#target, connectWith, callback);
  }
}

function connectPinned(
  options: ConnectionOptions,
  pinned: readonly string[],
  callback: SocketCallback | undefined,
): void {
  const socket = connect({ ...options, rejectUnauthorized: false, timeout: handshakeTimeoutMs });
  const fail = (error: Error): void => {
    socket.destroy();
    callback?.(error, socket);
  };
  const onTimeout = (): void => {
    fail(Object.assign(new Error("handshake timed out"), { code: "ETIMEDOUT" }));
  };
  socket.once("error", fail).once("timeout", onTimeout);
  socket.once("secureConnect", () => {
    socket.removeListener("error", fail).removeListener("timeout", onTimeout).setTimeout(0);
    const presented = normalizeFingerprint(socket.getPeerCertificate().fingerprint256);
    if (pinned.includes(presented)) callback?.(null, socket);
    else fail(Object.assign(new Error("fingerprint mismatch"), { code: fingerprintMismatchCode }));
  });
}
