import { negotiateFormat } from "./contentType";
import { textReply, type Page, type PageRequest, type Reply } from "./page";

/** The page that handles a request, or the reply if no page does. */
export type Dispatch =
  | { readonly to: "page"; readonly page: Page; readonly target: Pick<PageRequest, "path" | "query"> }
  | { readonly to: "reply"; readonly reply: Reply };

export interface RequestLine {
  readonly method: string;
  /** The raw request target. */
  readonly url: string;
  readonly accept: string | undefined;
}

/** Finds the page for a request by exact path; if there is none, gives the error reply. */
export function dispatch(pages: ReadonlyMap<string, Page>, { method, url, accept }: RequestLine): Dispatch {
  if (url.length > maxTargetLength) return { to: "reply", reply: textReply(414, "the URL is too long") };
  const target = parseRequestTarget(url);
  if (target === undefined) return { to: "reply", reply: textReply(400, "malformed URL") };
  const page = pages.get(target.path);
  if (page === undefined) return { to: "reply", reply: textReply(404, "not found") };
  const allowed = (page.methods ?? ["GET"]).flatMap((name) => (name === "GET" ? ["GET", "HEAD"] : [name]));
  if (!allowed.includes(method)) {
    return { to: "reply", reply: textReply(405, `only ${allowed.join(" and ")}`, { Allow: allowed.join(", ") }) };
  }
  // A HEAD request only asks whether the page exists, so it does not scrape the controller.
  if (method === "HEAD" && page.isScrape) {
    return { to: "reply", reply: { status: 200, contentType: negotiateFormat(accept).contentType, body: "" } };
  }
  return { to: "page", page, target };
}

/** A parsed request target. */
interface RequestTarget {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Maximum length of a request target, in characters. */
const maxTargetLength = 2048;

/** Parses a request target in origin form (RFC 9112, 3.2.1); `undefined` for other forms and invalid escapes. */
function parseRequestTarget(target: string): RequestTarget | undefined {
  const [rawPath = "", ...query] = target.split("?");
  if (!rawPath.startsWith("/")) return undefined;
  try {
    return { path: decodeURIComponent(rawPath), query: new URLSearchParams(query.join("?")) };
  } catch {
    return undefined;
  }
}
