import type { CertificateFacts, NeuVectorError, TlsSettings } from "@fedjoin/provider";

/** Begins the names of the TLS settings of one server. */
export type TlsPrefix = "CTRL_" | "MASTER_" | "JOIN_TOKEN_URL_";

interface TlsValues {
  readonly caFile: string | undefined;
  readonly serverName: string | undefined;
  readonly fingerprint: string | readonly string[] | undefined;
  readonly verify: boolean;
}

/** The TLS settings of one server, with what is wrong with them and what a person should know at every start. */
export function tlsOf(
  prefix: TlsPrefix,
  { caFile, serverName, fingerprint, verify }: TlsValues,
): { readonly tls: TlsSettings; readonly problems: readonly string[]; readonly warnings: readonly string[] } {
  const isContradiction = fingerprint !== undefined && !verify;
  return {
    tls: { ca: caFile, serverName, fingerprint, verify },
    problems: isContradiction ? [`${prefix}TLS_FINGERPRINT and ${prefix}TLS_VERIFY=false exclude each other`] : [],
    warnings: verify
      ? []
      : [`${prefix}TLS_VERIFY=false: any certificate is accepted, so passwords and tokens can be intercepted`],
  };
}

/** What a refused certificate is, and the lines that accept it: all that a person needs, in one message. */
export function tlsAdvice(prefix: TlsPrefix, { summary }: NeuVectorError, certificate: CertificateFacts): string {
  return `${summary}. ${tlsChoices(prefix, certificate)}`;
}

/** The lines that accept a refused certificate. */
export function tlsChoices(prefix: TlsPrefix, { fingerprint, names }: CertificateFacts): string {
  const name = /DNS:([^,\s]+)/.exec(names)?.[1];
  return [
    "If this is the right server, set one of:",
    `${prefix}TLS_FINGERPRINT=${fingerprint} (accepts this certificate only);`,
    `${prefix}CA_FILE=<PEM file of its CA>${name === undefined ? "" : `, with ${prefix}TLS_SERVER_NAME=${name} where the address is another name`} (accepts what that CA signs);`,
    `${prefix}TLS_VERIFY=false (accepts any certificate: for trials only)`,
  ].join(" ");
}
