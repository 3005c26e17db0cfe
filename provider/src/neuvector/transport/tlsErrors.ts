import type { ServerCertificate } from "./serverCertificate";
import { NeuVectorError } from "../../errors/neuVectorError";
import { pinnedFingerprints } from "../../values/fingerprint";
import type { Target } from "../ports";
import { formatAddress } from "../../values/address";

/** The code of our own check against a pinned fingerprint; the others are Node's. */
export const fingerprintMismatchCode = "ERR_TLS_FINGERPRINT";

const tlsErrorCode =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|INVALID_PURPOSE|INVALID_CA|PATH_LENGTH_|ERROR_IN_CERT_|ERR_TLS_|ERR_SSL_|EPROTO)/;

/** True when a connection with this error code failed on TLS, and not on the network below it. */
export function isTlsErrorCode(code: string): boolean {
  return tlsErrorCode.test(code);
}

/** Why a certificate was refused, and the setting that fixes it. */
interface CertificateProblem {
  readonly codes: readonly string[];
  reason(seen: ServerCertificate, target: Target): string;
  hint(seen: ServerCertificate): string;
}

const pin = ({ fingerprint }: ServerCertificate): string => `tls.fingerprint: "${fingerprint}"`;

/** The first DNS name of a certificate, as a setting. */
const name = ({ names }: ServerCertificate): string =>
  `tls.serverName: "${/DNS:([^,\s]+)/.exec(names)?.[1] ?? "<its name>"}"`;

const certificateProblems: readonly CertificateProblem[] = [
  {
    codes: ["CERT_HAS_EXPIRED"],
    reason: ({ validTo }) => `it or a CA above it has expired (its own last day is ${validTo})`,
    hint: (seen) => `Renew it, or correct this machine's clock; until then ${pin(seen)} accepts this one certificate.`,
  },
  {
    codes: ["CERT_NOT_YET_VALID"],
    reason: ({ validFrom }) => `it or a CA above it is not valid yet (its own first day is ${validFrom})`,
    hint: (seen) =>
      `Correct this machine's clock or the server's; ${pin(seen)} accepts this certificate regardless of its dates.`,
  },
  {
    codes: ["ERR_TLS_CERT_ALTNAME_INVALID", "HOSTNAME_MISMATCH"],
    reason: (_seen, { server, tls }) => `it does not carry the name ${tls.serverName ?? server}`,
    hint: (seen) => `If this is the right server, set ${name(seen)}, or ${pin(seen)} to accept this one certificate.`,
  },
  {
    codes: ["DEPTH_ZERO_SELF_SIGNED_CERT"],
    reason: () => "it is self-signed",
    hint: (seen) =>
      `If this is the right server, set ${pin(seen)}; or tls.ca to its own PEM, with ${name(seen)} where the address is another name.`,
  },
  {
    codes: [
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "SELF_SIGNED_CERT_IN_CHAIN",
      "UNABLE_TO_GET_ISSUER_CERT",
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    ],
    reason: ({ issuer }) => `its CA is not trusted here (issued by ${issuer})`,
    hint: (seen) =>
      `Set tls.ca to the PEM of that CA; a missing intermediate belongs in the server's chain. ${pin(seen)} accepts this one certificate.`,
  },
  {
    codes: [fingerprintMismatchCode],
    reason: (_seen, { tls }) =>
      `its fingerprint is not ${pinnedFingerprints(tls.fingerprint).length > 1 ? "among the pinned ones" : "the pinned one"}`,
    hint: (seen) =>
      `Either it was renewed, or somebody is in between: compare with the certificate on the server itself, and only if it is that one set ${pin(seen)}.`,
  },
];

/** Why there was no TLS session to show a certificate in. */
interface HandshakeProblem {
  readonly pattern: RegExp;
  readonly reason: string;
  readonly hint: string;
}

const handshakeProblems: readonly HandshakeProblem[] = [
  {
    pattern: /wrong version number|packet length too long|http request/i,
    reason: "this port does not speak TLS, but most likely plain HTTP",
    hint: "Check the port: a controller's REST API speaks HTTPS on 10443. Plain HTTP is possible for a join token URL only (allowHttp).",
  },
  {
    pattern: /protocol version|unsupported protocol|no protocols available/i,
    reason: "the server speaks neither TLS 1.2 nor 1.3",
    hint: "Older versions are not secure: switch on TLS 1.2 or 1.3 at the server, or at the gateway before it.",
  },
  {
    pattern: /handshake failure|no shared cipher|certificate required/i,
    reason: "the server wants a cipher or a client certificate that fedjoin does not have",
    hint: "Switch on current ciphers of TLS 1.2 or 1.3 at the server or the gateway before it, and ask for no client certificate there.",
  },
];

/** What is known of a connection that TLS ended. */
export interface TlsFailure {
  readonly code: string;
  /** OpenSSL's or Node's words; only looked at, never shown. */
  readonly message: string;
  readonly certificate: ServerCertificate | undefined;
}

/** The error that says why TLS refused, which setting fixes it, and which certificate was seen. */
export function tlsError(what: string, target: Target, { code, message, certificate }: TlsFailure): NeuVectorError {
  const noSession = handshakeProblems.find(({ pattern }) => pattern.test(message));
  if (noSession !== undefined || certificate === undefined) {
    const { reason, hint } = noSession ?? {
      reason: `no TLS session with ${formatAddress(target)} (${code})`,
      hint: undefined,
    };
    return new NeuVectorError("tls", `${what}: ${reason}`, { hint });
  }
  const refusal = certificateProblems.find(({ codes }) => codes.includes(code));
  const reason = refusal?.reason(certificate, target) ?? code;
  const { subject, names } = certificate;
  // The fingerprint stands in the hint alone, as the setting to copy.
  return new NeuVectorError("tls", `${what}: certificate refused: ${reason}; it is ${subject}, names ${names}`, {
    certificate,
    hint: refusal?.hint(certificate) ?? `${pin(certificate)} accepts this one certificate.`,
  });
}
