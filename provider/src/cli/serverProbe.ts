import { connect, type PeerCertificate } from "node:tls";
import { targetAt } from "../fedJoin/parties";
import type { Address, Target, TlsSettings } from "../ports";
import { NeuVectorError } from "../errors";
import { tlsServerName } from "../server";
import { proxyRouteTo, shownProxy } from "../system/proxyRoute";
import { placeToConnect, ProxyFailure, type PlaceToConnect } from "../system/tunnel";

/** What a server shows to somebody who only connects. */
export type ServerLook =
  /** Nobody there, or nobody answers. */
  | { readonly state: "unreachable"; readonly code: string }
  /** Somebody accepts connections and speaks no TLS that we could. */
  | { readonly state: "no_tls"; readonly code: string }
  | {
      readonly state: "tls";
      /** The address that answered, or the proxy on the way. */
      readonly by: string;
      readonly certificate: ShownCertificate;
    };

export interface ShownCertificate {
  readonly subject: string;
  /** Subject alternative names as the certificate lists them. */
  readonly names: string;
  /** SHA-256, hex with colons. */
  readonly fingerprint: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Connects, looks and hangs up; sends nothing, verifies nothing, never throws. */
export type ServerProbe = (address: Address, tls: TlsSettings) => Promise<ServerLook>;

const lookTimeoutMs = 5_000;

/** The real network's probe. */
export const probeServer: ServerProbe = async (address, tls) => {
  const target = targetAt(address, tls);
  try {
    const route = proxyRouteTo(target);
    const place = await placeToConnect(target, lookTimeoutMs);
    return await look(place, target, route && `through the proxy ${shownProxy(route)}`);
  } catch (error) {
    if (error instanceof ProxyFailure) {
      return { state: "unreachable", code: `the proxy ${shownProxy(error.route)} ${error.deed}` };
    }
    if (error instanceof NeuVectorError) return { state: "unreachable", code: error.summary };
    throw error;
  }
};

function look(
  place: PlaceToConnect,
  { server, tls: { serverName } }: Target,
  way: string | undefined,
): Promise<ServerLook> {
  return new Promise((resolve) => {
    const socket = connect({
      ...place,
      rejectUnauthorized: false,
      timeout: lookTimeoutMs,
      servername: serverName ?? tlsServerName(server) ?? "",
    });
    let connected = "socket" in place;
    const finish = (seen: ServerLook): void => {
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

function shown({ subject, subjectaltname, fingerprint256, valid_to }: PeerCertificate): ShownCertificate {
  return {
    subject: `CN=${[subject.CN].flat().join(", ")}`,
    names: subjectaltname ?? "no names",
    fingerprint: fingerprint256,
    expiresAt: Date.parse(valid_to),
  };
}
