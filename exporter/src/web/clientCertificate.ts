import type { WebTls } from "../webConfig/webConfig";

/** What a client showed in its handshake. */
export interface PresentedCertificate {
  /** Whether the configured CA vouches for it. */
  readonly isVerified: boolean;
  /** As Node lists them, such as `DNS:a.example.com, IP Address:10.0.0.1`. */
  readonly subjectAltName: string | undefined;
}

/** Whether a connection may stay; `undefined` where the client showed no certificate. */
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

/** DNS names, addresses, e-mail addresses and URIs of a subject alternative name. Node quotes a name with a comma or a quote as JSON. */
function parseSubjectAltName(subjectAltName: string): string[] {
  const items = subjectAltName.matchAll(/(?:^|, )(?:DNS|IP Address|email|URI):("(?:[^"\\]|\\.)*"|[^,]*)/g);
  return [...items].map(([, value = ""]) => (value.startsWith('"') ? String(JSON.parse(value)) : value));
}

/** One spelling for each IPv6 address; Node spells them out. */
function canonical(name: string): string {
  const isIpv6 = /^[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*$/.test(name) && URL.canParse(`http://[${name}]`);
  return isIpv6 ? new URL(`http://[${name}]`).hostname : name;
}
