import * as z from "zod";
import { expectedProxy, isProxySetting, unverifiedProxyProblem } from "./proxy";
import { expected, mapping, port, text, type Rule } from "./primitives";
import { secretText, type Wrap } from "./secretText";
import { expectedBasePath, expectedServer, parseBasePath, parseServer } from "./server";

export const defaultRestPort = 10443;
export const defaultFederationPort = 11443;

/** A host name or an address, without the brackets of IPv6 and in ASCII. */
export const server = text.regex(/^[^\s/?#@]+$/, expectedServer).transform((given, context) => {
  const parsed = parseServer(given);
  if ("server" in parsed) return parsed.server;
  context.addIssue(parsed.problem);
  return z.NEVER;
});

/** The path before `/v1` of a REST API, without a slash at its end. */
export const basePath = z
  .string(expected("text"))
  .regex(/^($|\/)/, expectedBasePath)
  .transform((given, context) => {
    const parsed = parseBasePath(given);
    if (parsed !== undefined) return parsed;
    context.addIssue(expectedBasePath);
    return z.NEVER;
  });

/** `environment`, or the URL of a proxy, which may hold credentials. */
export function proxyText<S>(wrap: Wrap<S>) {
  return secretText(wrap, { problem: (given) => (isProxySetting(given) ? undefined : expectedProxy) });
}

/** The way to a server through a proxy. */
export function proxySchema<S>(wrap: Wrap<S>) {
  return proxyText(wrap)
    .exactOptional()
    .describe("connect through a proxy: its URL, or environment; default: a direct connection");
}

const describedServer = server.describe("a host name or an address, without scheme or port");

export const address = mapping({ server: describedServer, port: port.describe("its port") });

/** A master's federation address, 11443 by default (rest-api.md#who-calls-whom). */
export const federationAddress = mapping({
  server: describedServer,
  port: port.default(defaultFederationPort).describe("its port"),
});

/** An address of a REST API, port 10443 by default (rest-api.md#tls-and-ports). */
export function restAddress<S>(wrap: Wrap<S>) {
  return mapping({
    server: describedServer,
    port: port.default(defaultRestPort).describe("its port"),
    basePath: basePath.exactOptional().describe("behind an ingress: the path before /v1, such as /neuvector/site-1"),
    proxy: proxySchema(wrap),
  });
}

interface Endpoint {
  readonly tls?: { readonly verify?: unknown } | undefined;
}

/** A connection through a proxy must verify the server, or the proxy could read it. */
export function proxyRule<E extends Endpoint>(path: string, proxyOf: (endpoint: E) => unknown): Rule<E> {
  return [path, unverifiedProxyProblem, (given) => proxyOf(given) === undefined || given.tls?.verify !== false];
}
