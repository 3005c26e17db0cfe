/** A request's target taken apart. */
export interface RequestTarget {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Longest request target that is read, in characters. */
export const maxTargetLength = 2048;

/** The target of a request line in origin form (RFC 9112, 3.2.1); `undefined` for any other and for broken escapes. */
export function parseRequestTarget(target: string): RequestTarget | undefined {
  const [rawPath = "", ...query] = target.split("?");
  if (!rawPath.startsWith("/")) return undefined;
  try {
    return { path: decodeURIComponent(rawPath), query: new URLSearchParams(query.join("?")) };
  } catch {
    return undefined;
  }
}
