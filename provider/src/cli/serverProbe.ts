import { connect, type PeerCertificate } from "node:tls";
import type { Address, TlsSettings } from "../ports";
import { tlsServerName } from "../server";

/** What a server shows to somebody who only connects. */
export type ServerLook =
  /** Nobody there, or nobody answers. */
  | { readonly state: "unreachable"; readonly code: string }
  /** Somebody accepts connections and speaks no TLS that we could. */
  | { readonly state: "no_tls"; readonly code: string }
  | { readonly state: "tls"; readonly ip: string; readonly certificate: ShownCertificate };

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
export const probeServer: ServerProbe = ({ server, port }, { serverName }) =>
  new Promise((resolve) => {
    const socket = connect({
      host: server,
      port,
      rejectUnauthorized: false,
      timeout: lookTimeoutMs,
      servername: serverName ?? tlsServerName(server) ?? "",
    });
    let connected = false;
    const finish = (look: ServerLook): void => {
      socket.destroy();
      resolve(look);
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
      finish({ state: "tls", ip: socket.remoteAddress ?? server, certificate });
    });
  });

function shown({ subject, subjectaltname, fingerprint256, valid_to }: PeerCertificate): ShownCertificate {
  return {
    subject: `CN=${[subject.CN].flat().join(", ")}`,
    names: subjectaltname ?? "no names",
    fingerprint: fingerprint256,
    expiresAt: Date.parse(valid_to),
  };
}
