import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { generate } from "selfsigned";

/** A certificate with its key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** P-256 instead of the product's RSA-2048: no client can tell a difference, and tests make many of them. */
const ecdsa = { keyType: "ec", curve: "P-256", algorithm: "sha256" } as const;

/** An authority to trust in a test. */
export async function createTestCa(): Promise<KeyPair> {
  const { cert, private: key } = await generate([{ name: "commonName", value: "simulator test CA" }], {
    ...ecdsa,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, digitalSignature: true, critical: true },
    ],
  });
  return { certificate: cert, key };
}

/** A server certificate of the authority for these DNS names and IP addresses. */
export function issueCertificate(ca: KeyPair, names: readonly string[]): Promise<KeyPair> {
  return leafCertificate([{ name: "commonName", value: names[0] ?? "neuvector" }], names, { serverAuth: true }, ca);
}

/** A certificate of the authority with which a client of these names proves who it is. */
export function issueClientCertificate(ca: KeyPair, names: readonly string[]): Promise<KeyPair> {
  return leafCertificate([{ name: "commonName", value: names[0] ?? "client" }], names, { clientAuth: true }, ca);
}

/**
 * What the product makes for itself when none is mounted: self-signed, the single name `neuvector`
 * (rest-api.md#tls-and-ports).
 */
export function selfSignedCertificate(): Promise<KeyPair> {
  const subject = [
    { name: "countryName", value: "US" },
    { name: "ST", value: "CA" },
    { name: "localityName", value: "EN" },
    { name: "organizationName", value: "Neuvector" },
    { name: "OU", value: "Neuvector" },
    { name: "commonName", value: "neuvector" },
  ];
  return leafCertificate(subject, ["neuvector"], { serverAuth: true });
}

async function leafCertificate(
  subject: { name: string; value: string }[],
  names: readonly string[],
  purpose: { readonly serverAuth: true } | { readonly clientAuth: true },
  ca?: KeyPair,
): Promise<KeyPair> {
  const { cert, private: key } = await generate(subject, {
    ...ecdsa,
    ...(ca && { ca: { key: ca.key, cert: ca.certificate } }),
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", ...purpose },
      {
        name: "subjectAltName",
        altNames: names.map((name) => (isIP(name) ? { type: 7, ip: name } : { type: 2, value: name })),
      },
    ],
  });
  return { certificate: cert, key };
}

/** SHA-256 fingerprint of a PEM certificate: upper-case hex with colons. */
export function fingerprint256(certificate: string): string {
  return new X509Certificate(certificate).fingerprint256;
}
