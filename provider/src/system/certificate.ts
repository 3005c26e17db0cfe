import { connect, type PeerCertificate } from "node:tls";
import type { Target, CertificateFacts } from "../ports";
import { tlsServerName } from "../server";
import { placeToConnect, type PlaceToConnect } from "./tunnel";

/** What an explanation of a refusal needs beside. */
export interface SeenCertificate extends CertificateFacts {
  readonly issuer: string;
  /** In Node's words, such as `Nov 23 12:00:00 2026 GMT`. */
  readonly validFrom: string;
  readonly validTo: string;
}

const lookTimeoutMs = 5_000;

/**
 * The certificate a server shows, or `undefined` when it shows none in 5 s.
 * Looks without verifying and sends nothing, so that a refusal can be explained.
 */
export async function lookAtCertificate(target: Target): Promise<SeenCertificate | undefined> {
  const place = await placeToConnect(target, lookTimeoutMs).catch(() => undefined);
  return place === undefined ? undefined : certificateAt(place, target);
}

function certificateAt(place: PlaceToConnect, { server, tls }: Target): Promise<SeenCertificate | undefined> {
  return new Promise((resolve) => {
    const servername = tls.serverName ?? tlsServerName(server) ?? "";
    const socket = connect({ ...place, servername, rejectUnauthorized: false, timeout: lookTimeoutMs });
    const finish = (seen: SeenCertificate | undefined): void => {
      socket.destroy();
      resolve(seen);
    };
    socket.once("secureConnect", () => {
      finish(seenIn(socket.getPeerCertificate()));
    });
    socket.once("timeout", () => {
      finish(undefined);
    });
    socket.once("error", () => {
      finish(undefined);
    });
  });
}

function seenIn({
  subject,
  issuer,
  subjectaltname,
  fingerprint256,
  valid_from,
  valid_to,
}: PeerCertificate): SeenCertificate {
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

const longestText = 300;

/** Whoever answers on the port chose these texts, and they go into messages. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, " ").slice(0, longestText);
}
