import { negotiateFormat } from "./contentType";
import { textReply, type Page, type PageRequest, type Reply } from "./page";
import { maxTargetLength, parseRequestTarget } from "./parseTarget";

/** What a request asks for, before any page has run. */
export type Dispatch =
  | { readonly to: "page"; readonly page: Page; readonly target: Pick<PageRequest, "path" | "query"> }
  | { readonly to: "reply"; readonly reply: Reply };

export interface RequestLine {
  readonly method: string;
  /** The request target as it came. */
  readonly url: string;
  readonly accept: string | undefined;
}

/** Which of `pages`, by exact path, answers a request; or the answer itself where none does. */
export function dispatch(pages: ReadonlyMap<string, Page>, { method, url, accept }: RequestLine): Dispatch {
  if (url.length > maxTargetLength) return { to: "reply", reply: textReply(414, "the address is too long") };
  const target = parseRequestTarget(url);
  if (target === undefined) return { to: "reply", reply: textReply(400, "malformed address") };
  const page = pages.get(target.path);
  if (page === undefined) return { to: "reply", reply: textReply(404, "not found") };
  const allowed = (page.methods ?? ["GET"]).flatMap((name) => (name === "GET" ? ["GET", "HEAD"] : [name]));
  if (!allowed.includes(method)) {
    return { to: "reply", reply: textReply(405, `only ${allowed.join(" and ")}`, { Allow: allowed.join(", ") }) };
  }
  // A HEAD asks whether the page is there; that needs no scrape of the controller.
  if (method === "HEAD" && page.isScrape) {
    return { to: "reply", reply: { status: 200, contentType: negotiateFormat(accept).contentType, body: "" } };
  }
  return { to: "page", page, target };
}
