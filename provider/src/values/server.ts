import { domainToASCII } from "node:url";

export const expectedServer = "expected a host name or an address, without scheme, path or port";

/** A server as a person writes it, without the brackets of an IPv6 address and in ASCII; or what is wrong with it, without a value. */
export function parseServer(text: string): { readonly server: string } | { readonly problem: string } {
  const server = stripBrackets(text);
  if (isIPv6(server)) return { server };
  if (/^(\[[^\]]*\]|[^:/]+):\d*$/.test(text)) return { problem: "the port goes into its own field" };
  const ascii = toAscii(text);
  return /^[A-Za-z0-9._-]+$/.test(ascii) && !/^\.+$/.test(ascii) ? { server: ascii } : { problem: expectedServer };
}

export const expectedBasePath = "expected a path such as /neuvector/site-1, without query or dots as segments";

/** The path before `/v1` of a REST API behind an ingress, without a slash at its end; `undefined` for none of that form. */
export function parseBasePath(text: string): string | undefined {
  const path = text.replace(/\/$/, "");
  return /^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._~-]+)*$/.test(path) ? path : undefined;
}

/**
 * The one spelling of a server, for comparison: lower case, without brackets or the dot at the end of a full name,
 * international names in ASCII, IPv6 as RFC 5952 compresses it. An IPv4-mapped IPv6 address stays IPv6.
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

/** An international name as the network knows it; an ASCII text as it is. */
function toAscii(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : domainToASCII(text) || text;
}

/** The name that TLS asks `server` for (SNI), which never ends in a dot (RFC 6066); none for an address. */
export function tlsServerName(server: string): string | undefined {
  return isIPv6(server) || /^[\d.]+$/.test(server) ? undefined : server.replace(/\.$/, "");
}

/** True for an IPv6 address, with or without a zone such as `%eth0`. */
function isIPv6(text: string): boolean {
  return text.includes(":") && URL.canParse(`http://[${text.replace(/%[A-Za-z0-9._~-]+$/, "")}]`);
}

/** The address itself of an IPv6 address in brackets; any other text as it is. */
export function stripBrackets(server: string): string {
  return /^\[([^[\]]*:[^[\]]*)\]$/.exec(server)?.[1] ?? server;
}
