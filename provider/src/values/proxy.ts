/** The value of `proxy` for the proxy variables of the environment. */
export const environmentProxy = "environment";

export const expectedProxy = `expected ${environmentProxy}, or the URL of a proxy such as http://proxy.example:3128`;

/** The problem of a proxy that could read the connection. */
export const unverifiedProxyProblem =
  "proxy and tls.verify: false exclude each other, since the proxy could read passwords and tokens: give tls.ca or tls.fingerprint";

/** True for a valid value of `proxy`. */
export function isProxySetting(text: string): boolean {
  return text === environmentProxy || parseProxyUrl(text) !== undefined;
}

/** The URL of an http or https proxy without a path; `undefined` for any other text. */
export function parseProxyUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
  return url.pathname === "/" && url.search === "" && url.hash === "" ? url : undefined;
}
