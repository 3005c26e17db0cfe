import { parseJson } from "@fedjoin/provider/internal/neuvector";
import type { WebTls } from "../webConfig/webConfig";

/** The certificate that a client presented in the TLS handshake. */
export interface PresentedCertificate {
  /** Whether the configured CA signed it. */
  readonly isVerified: boolean;
  /** In Node's format, such as `DNS:a.example.com, IP Address:10.0.0.1`. */
  readonly subjectAltName: string | undefined;
}

/** Whether the connection is allowed; `shown` is `undefined` if the client presented no certificate. */
export function isClientAllowed(
  { clientAuth, allowedSans }: Pick<WebTls, "clientAuth" | "allowedSans">,
  shown: PresentedCertificate | undefined,
): boolean {
  switch (clientAuth) {
    case "NoClientCert":
    case "RequestClientCert":
      return true;
    case "VerifyClientCertIfGiven":
      return shown === undefined || shown.isVerified;
    case "RequireAnyClientCert":
      return shown !== undefined && matchesSan(shown, allowedSans);
    case "RequireAndVerifyClientCert":
      return shown?.isVerified === true && matchesSan(shown, allowedSans);
  }
}

function matchesSan({ subjectAltName }: PresentedCertificate, allowed: readonly string[] | undefined): boolean {
  if (allowed === undefined) return true;
  const wanted = new Set(allowed.map(canonical));
  return parseSubjectAltName(subjectAltName ?? "").some((name) => wanted.has(canonical(name)));
}

/** The DNS names, IP addresses, email addresses and URIs of a subject alternative name. Node JSON-quotes a name that contains a comma or a quote. */
function parseSubjectAltName(subjectAltName: string): string[] {
  const items = subjectAltName.matchAll(/(?:^|, )(?:DNS|IP Address|email|URI):("(?:[^"\\]|\\.)*"|[^,]*)/g);
  return [...items].flatMap(([, value = ""]) => {
    const name = value.startsWith('"') ? parseJson(value) : value;
    return typeof name === "string" ? [name] : [];
  });
}

/** Normalizes IPv6 addresses, which Node writes in full. */
function canonical(name: string): string {
  const isIpv6 = /^[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*$/.test(name) && URL.canParse(`http://[${name}]`);
  return isIpv6 ? new URL(`http://[${name}]`).hostname : name;
}
