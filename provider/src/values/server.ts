import { domainToASCII } from "node:url";

export const expectedServer = "expected a host name or an address, without scheme, path or port";

/** The server in a text, in ASCII and without the brackets of an IPv6 address; or the problem, which never repeats the text. */
export function parseServer(text: string): { readonly server: string } | { readonly problem: string } {
  const server = stripBrackets(text);
  if (isIPv6(server)) return { server };
  if (/^(\[[^\]]*\]|[^:/]+):\d*$/.test(text)) return { problem: "the port belongs in its own field" };
  const ascii = toAscii(text);
  return /^[A-Za-z0-9._-]+$/.test(ascii) && !/^\.+$/.test(ascii) ? { server: ascii } : { problem: expectedServer };
}

export const expectedBasePath = "expected a path such as /neuvector/site-1, without query or dots as segments";

/** The path before `/v1` of a REST API behind an ingress, without a trailing slash; `undefined` for any other text. */
export function parseBasePath(text: string): string | undefined {
  const path = text.replace(/\/$/, "");
  return /^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._~-]+)*$/.test(path) ? path : undefined;
}

/**
 * The canonical form of a server, for comparison: lower case, without brackets or a trailing dot, international names in
 * ASCII, IPv6 compressed as in RFC 5952. An IPv4-mapped IPv6 address stays IPv6.
 */
export function canonicalServer(server: string): string {
  const bare = stripBrackets(server);
  const [address = "", zone] = bare.split("%", 2);
  if (isIPv6(address)) {
    const compressed = stripBrackets(new URL(`http://[${address}]`).hostname);
    return zone === undefined ? compressed : `${compressed}%${zone}`;
  }
  return toAscii(bare).toLowerCase().replace(/\.+$/, "");
}

/** An international name in ASCII; ASCII text unchanged. */
function toAscii(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : domainToASCII(text) || text;
}

/** The TLS server name (SNI) for `server`, without a trailing dot (RFC 6066); `undefined` for an address. */
export function tlsServerName(server: string): string | undefined {
  return isIPv6(server) || /^[\d.]+$/.test(server) ? undefined : server.replace(/\.$/, "");
}

/** True for an IPv6 address, with or without a zone such as `%eth0`. */
function isIPv6(text: string): boolean {
  return text.includes(":") && URL.canParse(`http://[${text.replace(/%[A-Za-z0-9._~-]+$/, "")}]`);
}

/** Removes the brackets around an IPv6 address. */
export function stripBrackets(server: string): string {
  return /^\[([^[\]]*:[^[\]]*)\]$/.exec(server)?.[1] ?? server;
}
