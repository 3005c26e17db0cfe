import { X509Certificate } from "node:crypto";
import * as z from "zod";
import { expectedFingerprint, fingerprintPattern } from "./fingerprint";
import { flag, mapping, text, withRules, type Rule } from "./primitives";

/** How a server proves who it is. Verification is on unless `verify` is false. */
export interface TlsSettings {
  /** PEM certificates trusted in addition to those that Node trusts. */
  readonly ca?: string | undefined;
  /** The name the certificate must carry, where it differs from the address. NeuVector's own certificate carries `neuvector`. */
  readonly serverName?: string | undefined;
  /** SHA-256 fingerprints of the only certificates to accept, hex, colons allowed. Replaces name and chain checks. */
  readonly fingerprint?: string | readonly string[] | undefined;
  /** False accepts any certificate. */
  readonly verify?: boolean | undefined;
}

export const fingerprint = text.regex(fingerprintPattern, expectedFingerprint);

/** A fingerprint, or a list of them. */
export const fingerprints = z.union(
  [fingerprint, z.array(fingerprint).min(1, "expected at least one")],
  `${expectedFingerprint}, or a list of them`,
);

/** PEM certificates, each of which can be read: Node ignores the others, and then refuses the server for a misleading reason. */
export const certificates = text.refine(areCertificates, "expected PEM certificates");

function areCertificates(pem: string): boolean {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g);
  return blocks?.every(isCertificate) ?? false;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== "";
  } catch {
    return false;
  }
}

/** The settings for a server's certificate, beside `ca`. */
export const verification = {
  serverName: text.exactOptional().describe("the name in the certificate; NeuVector's own has neuvector"),
  fingerprint: fingerprints
    .exactOptional()
    .describe(
      "SHA-256 of the only certificate to accept, or a list during a rotation; replaces the checks of name and chain",
    ),
  verify: flag.exactOptional().describe("false accepts any certificate; default true"),
};

export const trustedCertificates = certificates
  .exactOptional()
  .describe("PEM certificates to trust in addition to Node's");

/** A pinned certificate is a verified one. */
export const pinRule: Rule<{ readonly fingerprint?: unknown; readonly verify?: unknown }> = [
  "verify",
  "fingerprint and verify: false exclude each other",
  (tls) => tls.fingerprint === undefined || tls.verify !== false,
];

/** How a server proves who it is. */
export const tls = withRules(mapping({ ca: trustedCertificates, ...verification }), pinRule);
