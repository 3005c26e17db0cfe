import { connect, type PeerCertificate } from "node:tls";
import type { Target, CertificateInfo } from "../ports";
import { tlsServerName } from "../../values/server";
import { openTlsEndpoint, type TlsEndpoint } from "./proxyTunnel";

/** What an explanation of a refusal needs beside. */
export interface ServerCertificate extends CertificateInfo {
  readonly issuer: string;
  /** In Node's words, such as `Nov 23 12:00:00 2026 GMT`. */
  readonly validFrom: string;
  readonly validTo: string;
}

const timeoutMs = 5_000;

/**
 * The certificate a server shows, or `undefined` when it shows none in 5 s.
 * Looks without verifying and sends nothing, so that a refusal can be explained.
 */
export async function fetchServerCertificate(target: Target): Promise<ServerCertificate | undefined> {
  const place = await openTlsEndpoint(target, timeoutMs).catch(() => undefined);
  return place === undefined ? undefined : readCertificate(place, target);
}

function readCertificate(place: TlsEndpoint, { server, tls }: Target): Promise<ServerCertificate | undefined> {
  return new Promise((resolve) => {
    const servername = tls.serverName ?? tlsServerName(server) ?? "";
    const socket = connect({ ...place, servername, rejectUnauthorized: false, timeout: timeoutMs });
    const finish = (seen: ServerCertificate | undefined): void => {
      socket.destroy();
      resolve(seen);
    };
    socket.once("secureConnect", () => {
      finish(toServerCertificate(socket.getPeerCertificate()));
    });
    socket.once("timeout", () => {
      finish(undefined);
    });
    socket.once("error", () => {
      finish(undefined);
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
