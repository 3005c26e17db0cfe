/** The value of `proxy` that stands for the variables of the environment. */
export const environmentProxy = "environment";

export const expectedProxy = `expected ${environmentProxy}, or the URL of a proxy such as http://proxy.example:3128`;

/** Said where a proxy could read what passes through it. */
export const unverifiedProxyProblem =
  "proxy and tls.verify: false exclude each other, since the proxy could read passwords and tokens: give tls.ca or tls.fingerprint";

/** True for a value that `proxy` may have. */
export function isProxySetting(text: string): boolean {
  return text === environmentProxy || parseProxyUrl(text) !== undefined;
}

/** The URL of an http or https proxy, which has no path; `undefined` for none of that form. */
export function parseProxyUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
  return url.pathname === "/" && url.search === "" && url.hash === "" ? url : undefined;
}
