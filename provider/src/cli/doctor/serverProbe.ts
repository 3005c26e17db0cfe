import { connect, type PeerCertificate } from "node:tls";
import { toTarget } from "../../resources/shared/controllerAccess";
import type { Address, Target, TlsSettings } from "../../neuvector/ports";
import { NeuVectorError } from "../../errors/neuVectorError";
import { tlsServerName } from "../../values/server";
import { resolveProxy, formatProxy } from "../../neuvector/transport/proxyRoute";
import { openTlsEndpoint, ProxyError, type TlsEndpoint } from "../../neuvector/transport/proxyTunnel";

/** What a server shows to somebody who only connects. */
export type ProbeResult =
  /** Nobody there, or nobody answers. */
  | { readonly state: "unreachable"; readonly code: string }
  /** Somebody accepts connections and speaks no TLS that we could. */
  | { readonly state: "no_tls"; readonly code: string }
  | {
      readonly state: "tls";
      /** The address that answered, or the proxy on the way. */
      readonly by: string;
      readonly certificate: PresentedCertificate;
    };

export interface PresentedCertificate {
  readonly subject: string;
  /** Subject alternative names as the certificate lists them. */
  readonly names: string;
  /** SHA-256, hex with colons. */
  readonly fingerprint: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Connects, looks and hangs up; sends nothing, verifies nothing, never throws. */
export type ServerProbe = (address: Address, tls: TlsSettings) => Promise<ProbeResult>;

const lookTimeoutMs = 5_000;

/** The real network's probe. */
export const probeServer: ServerProbe = async (address, tls) => {
  const target = toTarget(address, tls);
  try {
    const route = resolveProxy(target);
    const place = await openTlsEndpoint(target, lookTimeoutMs);
    return await look(place, target, route && `through the proxy ${formatProxy(route)}`);
  } catch (error) {
    if (error instanceof ProxyError) {
      return { state: "unreachable", code: `the proxy ${formatProxy(error.route)} ${error.description}` };
    }
    if (error instanceof NeuVectorError) return { state: "unreachable", code: error.summary };
    throw error;
  }
};

function look(
  place: TlsEndpoint,
  { server, tls: { serverName } }: Target,
  way: string | undefined,
): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({
      ...place,
      rejectUnauthorized: false,
      timeout: lookTimeoutMs,
      servername: serverName ?? tlsServerName(server) ?? "",
    });
    let connected = "socket" in place;
    const finish = (seen: ProbeResult): void => {
      socket.destroy();
      resolve(seen);
    };
    const failed = (code: string): void => {
      finish({ state: connected ? "no_tls" : "unreachable", code });
    };
    socket.once("connect", () => (connected = true));
    socket.once("timeout", () => {
      failed("no answer in 5 s");
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      failed(error.code ?? "unknown reason");
    });
    socket.once("secureConnect", () => {
      const certificate = shown(socket.getPeerCertificate());
      finish({ state: "tls", by: way ?? `${socket.remoteAddress ?? server}, directly`, certificate });
    });
  });
}

function shown({ subject, subjectaltname, fingerprint256, valid_to }: PeerCertificate): PresentedCertificate {
  return {
    subject: `CN=${[subject.CN].flat().join(", ")}`,
    names: subjectaltname ?? "no names",
    fingerprint: fingerprint256,
    expiresAt: Date.parse(valid_to),
  };
}
