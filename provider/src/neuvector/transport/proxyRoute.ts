import { getProxyForUrl } from "proxy-from-env";
import { NeuVectorError } from "../../errors/neuVectorError";
import type { Target } from "../ports";
import { environmentProxy, parseProxyUrl } from "../../values/proxy";
import { stripBrackets } from "../../values/server";
import { formatAddress, type Address } from "../../values/address";

/** A proxy, and what named it. */
export interface ProxyRoute {
  /** May hold credentials: show `shownProxy` instead. */
  readonly url: URL;
  /** `proxy`, or the variable of the environment. */
  readonly setting: string;
}

/**
 * The proxy on the way to a target; `undefined` for a direct connection. The environment counts only where the target
 * says so, with NO_PROXY. @throws NeuVectorError invalid_input, which never shows a value.
 */
export function resolveProxy(target: Target): ProxyRoute | undefined {
  const given = target.proxy?.reveal();
  if (given === undefined) return undefined;
  if (given !== environmentProxy) return parseProxyRoute("proxy", given);
  const { protocol, server, port } = target;
  if (getProxyForUrl(`${protocol}://${formatAddress({ server, port })}`) === "") return undefined;
  const [setting, value] = proxyVariable(protocol) ?? ["", ""];
  return parseProxyRoute(setting, value.includes("://") ? value : `http://${value}`);
}

/** The first variable that names a proxy, in the order in which they count. */
export function proxyVariable(protocol: Target["protocol"]): [name: string, value: string] | undefined {
  return [`${protocol}_proxy`, "all_proxy"]
    .flatMap((name) => [name, name.toUpperCase()])
    .map((name): [string, string] => [name, process.env[name] ?? ""])
    .find(([, value]) => value !== "");
}

/** Scheme, host and port of a proxy, and what named it: no credentials. */
export function formatProxy({ url, setting }: ProxyRoute): string {
  return `${url.protocol}//${formatAddress(proxyAddress(url))} (${setting})`;
}

export function proxyAddress({ protocol, hostname, port }: URL): Address {
  const preset = protocol === "https:" ? 443 : 80;
  return { server: stripBrackets(hostname), port: port === "" ? preset : Number(port) };
}

function parseProxyRoute(setting: string, text: string): ProxyRoute {
  const url = parseProxyUrl(text);
  if (url !== undefined) return { url, setting };
  throw new NeuVectorError("invalid_input", `${setting} does not name a proxy that can be used`, {
    hint: "It should be the http or https URL of a proxy, such as http://proxy.example:3128, without a path. SOCKS is not supported.",
  });
}
