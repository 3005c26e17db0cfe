/** A parsed request target. */
export interface RequestTarget {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Maximum length of a request target, in characters. */
export const maxTargetLength = 2048;

/** Parses a request target in origin form (RFC 9112, 3.2.1); `undefined` for other forms and invalid escapes. */
export function parseRequestTarget(target: string): RequestTarget | undefined {
  const [rawPath = "", ...query] = target.split("?");
  if (!rawPath.startsWith("/")) return undefined;
  try {
    return { path: decodeURIComponent(rawPath), query: new URLSearchParams(query.join("?")) };
  } catch {
    return undefined;
  }
}
