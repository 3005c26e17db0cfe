import type { Secret } from "./secret";
import { canonicalServer, stripBrackets } from "./server";

/** Where a server listens. */
export interface Address {
  readonly server: string;
  readonly port: number;
  /** Of a REST API behind an ingress: the path before `/v1`, such as `/neuvector/site-1`. */
  readonly basePath?: string | undefined;
  /** Of a REST API behind a proxy: its URL, which may hold credentials, or `environment`; a direct connection by default. */
  readonly proxy?: Secret | undefined;
}

/** `host:port`, with brackets around an IPv6 address, and the base path if there is one. */
export function formatAddress({ server, port, basePath = "" }: Address): string {
  const bare = stripBrackets(server);
  return `${bare.includes(":") ? `[${bare}]` : bare}:${port}${basePath}`;
}

/** The one spelling of an address, as `host:port` with its base path: equal for two addresses of the same API. */
export function addressKey({ server, ...rest }: Address): string {
  return formatAddress({ ...rest, server: canonicalServer(server) });
}

/** True when both name the same server, port and base path, in whatever spelling. */
export function sameAddress(a: Address, b: Address): boolean {
  return addressKey(a) === addressKey(b);
}
