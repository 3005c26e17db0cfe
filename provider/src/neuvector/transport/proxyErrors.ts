import { NeuVectorError } from "../../errors/neuVectorError";
import type { Target } from "../ports";
import { resolveProxy, proxyVariable, formatProxy } from "./proxyRoute";
import type { ProxyError } from "./proxyTunnel";
import { formatAddress } from "../../values/address";

/** A proxy's refusal or silence, in words: it is another's answer than the target's. Never shows credentials. */
export function toNeuVectorError(what: string, { route, address, reason, description }: ProxyError): NeuVectorError {
  const summary = `${what}: the proxy ${formatProxy(route)} ${description}`;
  const { setting } = route;
  if ("code" in reason || reason.status >= 500) {
    const hint = `Check ${setting}, the proxy, and that it reaches ${formatAddress(address)}.`;
    return new NeuVectorError("network", summary, { hint });
  }
  const hint =
    reason.status === 407
      ? `Put the proxy's user name and password into ${setting}: http://user:password@host:port.`
      : `Let the proxy allow CONNECT to ${formatAddress(address)}, or check ${setting}.`;
  return new NeuVectorError("proxy", summary, { hint });
}

/** The failure of a connection, with a word on a proxy on the way, or on a variable that names one and is ignored. */
export function addProxyHint(error: NeuVectorError, target: Target): NeuVectorError {
  const word = proxyHint(target);
  return word === undefined ? error : error.with({ hint: `${error.hint} ${word}`.trim() });
}

function proxyHint(target: Target): string | undefined {
  const route = resolveProxy(target);
  if (route !== undefined) return `The connection goes through the proxy ${formatProxy(route)}.`;
  const [variable] = proxyVariable("https") ?? [];
  if (variable === undefined || target.proxy !== undefined) return undefined;
  return `${variable} is set here, and fedjoin connects directly without it: proxy: environment uses it.`;
}
