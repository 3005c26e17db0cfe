import { generate } from "selfsigned";
import {
  createTestCa,
  fingerprint256,
  issueCertificate,
  type KeyPair,
  selfSignedCertificate,
} from "@fedjoin/simulator";

export { fingerprint256, type KeyPair };

/** Certificates of a test's servers on loopback, each good or bad in one way. */
export interface ServerCertificates {
  readonly ca: string;
  /** Of the CA, for 127.0.0.1. */
  readonly good: KeyPair;
  /** Of the CA, for `neuvector` only. */
  readonly otherName: KeyPair;
  /** As the product makes it: self-signed, for `neuvector`. */
  readonly selfSigned: KeyPair;
  /** Self-signed for 127.0.0.1; its only day was in 2020. */
  readonly expired: KeyPair;
  /** Self-signed for 127.0.0.1; its first day is in 2090. */
  readonly early: KeyPair;
}

export async function createServerCertificates(): Promise<ServerCertificates> {
  const ca = await createTestCa();
  const [good, otherName, selfSigned, expired, early] = await Promise.all([
    issueCertificate(ca, ["127.0.0.1"]),
    issueCertificate(ca, ["neuvector"]),
    selfSignedCertificate(),
    selfSignedBetween("2020-01-01", "2020-01-02"),
    selfSignedBetween("2090-01-01", "2090-01-02"),
  ]);
  return { ca: ca.certificate, good, otherName, selfSigned, expired, early };
}

async function selfSignedBetween(from: string, to: string): Promise<KeyPair> {
  const { cert, private: key } = await generate([{ name: "commonName", value: "out of date" }], {
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    notBeforeDate: new Date(from),
    notAfterDate: new Date(to),
    extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
  });
  return { certificate: cert, key };
}
