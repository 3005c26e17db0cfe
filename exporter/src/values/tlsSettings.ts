import type { CertificateInfo, NeuVectorError } from "@fedjoin/provider/internal/neuvector";
import type { Secret, TlsSettings } from "@fedjoin/provider/internal/values";

/** Prefix of a server's TLS settings. */
export type TlsPrefix = "CTRL_" | "MASTER_" | "JOIN_TOKEN_URL_" | "EXPORTER_PUSH_";

interface TlsValues {
  readonly caFile: string | undefined;
  readonly serverName: string | undefined;
  readonly fingerprint: string | readonly string[] | undefined;
  readonly verify: boolean;
  /** The proxy for that server. */
  readonly proxy: Secret | undefined;
}

/** The TLS settings of a server, with problems and warnings. */
export function readTlsSettings(
  prefix: TlsPrefix,
  { caFile, serverName, fingerprint, verify, proxy }: TlsValues,
): { readonly tls: TlsSettings; readonly problems: readonly string[]; readonly warnings: readonly string[] } {
  const verifyOff = `${prefix}TLS_VERIFY=false`;
  const problems: string[] = [];
  if (fingerprint !== undefined && !verify)
    problems.push(`${prefix}TLS_FINGERPRINT and ${verifyOff} exclude each other`);
  if (proxy !== undefined && !verify) {
    problems.push(
      `${prefix}PROXY and ${verifyOff} exclude each other, since the proxy could read passwords and tokens`,
    );
  }
  return {
    tls: { ca: caFile, serverName, fingerprint, verify },
    problems,
    warnings: verify ? [] : [`${verifyOff}: any certificate is accepted, so passwords and tokens can be intercepted`],
  };
}

/** Describes a rejected certificate and the settings that would accept it. */
export function tlsAdvice(prefix: TlsPrefix, { summary }: NeuVectorError, certificate: CertificateInfo): string {
  return `${summary}. ${tlsChoices(prefix, certificate)}`;
}

/** The settings that would accept a rejected certificate. */
export function tlsChoices(prefix: TlsPrefix, { fingerprint, names }: CertificateInfo): string {
  const name = /DNS:([^,\s]+)/.exec(names)?.[1];
  return [
    "If this is the right server, set one of:",
    `${prefix}TLS_FINGERPRINT=${fingerprint} (accepts this certificate only);`,
    `${prefix}CA_FILE=<PEM file of its CA>${name === undefined ? "" : `, with ${prefix}TLS_SERVER_NAME=${name} where the address is another name`} (accepts what that CA signs);`,
    `${prefix}TLS_VERIFY=false (accepts any certificate: for trials only)`,
  ].join(" ");
}
