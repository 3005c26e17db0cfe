declare module "proxy-from-env" {
  /** The proxy that the environment names for a URL, with NO_PROXY; an empty text for none. */
  export function getProxyForUrl(url: string): string;
}
