import { connect, type PeerCertificate } from "node:tls";
import type { Address } from "./ports";

/** What a person needs to recognise a certificate and to pin it. */
export interface CertificateFacts {
  readonly subject: string;
  /** Subject alternative names as the certificate lists them, such as `DNS:neuvector`. */
  readonly names: string;
  /** SHA-256, hex with colons. */
  readonly fingerprint: string;
}

/** Hex digits only, upper case: fingerprints compare equal with and without colons. */
export function normalizeFingerprint(fingerprint: string): string {
  return fingerprint.replaceAll(":", "").toUpperCase();
}

const lookTimeoutMs = 5_000;

/**
 * The certificate a server shows, or `undefined` when it shows none in 5 s.
 * Looks without verifying and sends nothing, so that a refusal can be explained.
 */
export function lookAtCertificate({ server, port }: Address): Promise<CertificateFacts | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: server, port, rejectUnauthorized: false, timeout: lookTimeoutMs });
    const finish = (facts: CertificateFacts | undefined): void => {
      socket.destroy();
      resolve(facts);
    };
    socket.once("secureConnect", () => {
      finish(factsOf(socket.getPeerCertificate()));
    });
    socket.once("timeout", () => {
      finish(undefined);
    });
    socket.once("error", () => {
      finish(undefined);
    });
  });
}

function factsOf(certificate: PeerCertificate): CertificateFacts {
  const commonName = [certificate.subject.CN].flat().join(", ");
  return {
    subject: `CN=${commonName}`,
    names: certificate.subjectaltname ?? "no names",
    fingerprint: certificate.fingerprint256,
  };
}
