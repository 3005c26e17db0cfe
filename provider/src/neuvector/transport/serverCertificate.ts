import { connect, type PeerCertificate } from "node:tls";
import type { CertificateInfo } from "../../errors/neuVectorError";
import type { Target } from "../ports";
import { tlsServerName } from "../../values/server";
import { openTlsEndpoint, type TlsEndpoint } from "./proxyTunnel";

/** A certificate as a server presents it, for messages. */
export interface ServerCertificate extends CertificateInfo {
  readonly issuer: string;
  /** In Node's format, such as `Nov 23 12:00:00 2026 GMT`. */
  readonly validFrom: string;
  readonly validTo: string;
}

/** The result of a TLS handshake that verifies nothing. */
export type TlsProbe =
  | { readonly state: "tls"; readonly remoteAddress: string; readonly certificate: ServerCertificate }
  /** The server accepts connections, but the handshake fails. */
  | { readonly state: "no_tls"; readonly code: string }
  | { readonly state: "unreachable"; readonly code: string };

const timeoutMs = 5_000;

/** The certificate that a server presents; `undefined` if it presents none within 5 s. */
export async function fetchServerCertificate(target: Target): Promise<ServerCertificate | undefined> {
  const probe = await probeTls(target).catch(() => undefined);
  return probe?.state === "tls" ? probe.certificate : undefined;
}

/**
 * Connects, completes a TLS handshake and disconnects. Verifies nothing and sends nothing.
 * @throws ProxyError. @throws NeuVectorError for an invalid proxy.
 */
export async function probeTls(target: Target): Promise<TlsProbe> {
  return handshake(await openTlsEndpoint(target, timeoutMs), target);
}

function handshake(endpoint: TlsEndpoint, { server, tls }: Target): Promise<TlsProbe> {
  return new Promise((resolve) => {
    const servername = tls.serverName ?? tlsServerName(server) ?? "";
    const socket = connect({ ...endpoint, servername, rejectUnauthorized: false, timeout: timeoutMs });
    let isConnected = "socket" in endpoint;
    const finish = (probe: TlsProbe): void => {
      socket.destroy();
      resolve(probe);
    };
    const fail = (code: string): void => {
      finish({ state: isConnected ? "no_tls" : "unreachable", code });
    };
    socket.once("connect", () => (isConnected = true));
    socket.once("timeout", () => {
      fail("no answer in 5 s");
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      fail(error.code ?? "unknown reason");
    });
    socket.once("secureConnect", () => {
      const certificate = toServerCertificate(socket.getPeerCertificate());
      finish({ state: "tls", remoteAddress: socket.remoteAddress ?? server, certificate });
    });
  });
}

function toServerCertificate({
  subject,
  issuer,
  subjectaltname,
  fingerprint256,
  valid_from,
  valid_to,
}: PeerCertificate): ServerCertificate {
  return {
    subject: commonName(subject.CN),
    names: printable(subjectaltname ?? "no names"),
    fingerprint: fingerprint256,
    issuer: commonName(issuer.CN),
    validFrom: valid_from,
    validTo: valid_to,
  };
}

function commonName(name: string | readonly string[] | undefined): string {
  return `CN=${printable([name ?? ""].flat().join(", "))}`;
}

const maxTextLength = 300;

/** Whoever answers on the port chose these texts, and they go into messages. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, " ").slice(0, maxTextLength);
}
