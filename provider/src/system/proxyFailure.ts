import { NeuVectorError } from "../errors";
import { formatAddress, type Target } from "../ports";
import { proxyRouteTo, proxyVariable, shownProxy } from "./proxyRoute";
import type { ProxyFailure } from "./tunnel";

/** A proxy's refusal or silence, in words: it is another's answer than the target's. Never shows credentials. */
export function proxyFailure(what: string, { route, address, reason, deed }: ProxyFailure): NeuVectorError {
  const summary = `${what}: the proxy ${shownProxy(route)} ${deed}`;
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
export function withRouteHint(error: NeuVectorError, target: Target): NeuVectorError {
  const word = routeWord(target);
  return word === undefined ? error : error.with({ hint: `${error.hint} ${word}`.trim() });
}

function routeWord(target: Target): string | undefined {
  const route = proxyRouteTo(target);
  if (route !== undefined) return `The connection goes through the proxy ${shownProxy(route)}.`;
  const [variable] = proxyVariable("https") ?? [];
  if (variable === undefined || target.proxy !== undefined) return undefined;
  return `${variable} is set here, and fedjoin connects directly without it: proxy: environment uses it.`;
}
