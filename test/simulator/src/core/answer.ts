import type { Context } from "./context";
import { ConnectionDrop, Refusal } from "./errors";
import { toGoJson } from "./goJson";
import type { ControllerRequest, ControllerResponse, Outcome } from "./message";
import { ForwardedReply } from "./forwardedReply";
import type { Match } from "./router";

const noQuery = new URLSearchParams();

/** Carries a routed request out and words the answer as the product does (rest-api.md#responses). */
export async function respond(context: Context, request: ControllerRequest, found: Match): Promise<Outcome> {
  switch (found.kind) {
    case "none":
      return refused(new Refusal(404, 1));
    case "methods":
      return wrongMethod(request.method, found.allow.join(", "));
    case "redirect":
      return redirect(request, found.path);
    case "route":
      break;
  }
  const [path = "", query = ""] = request.path.split("?");
  try {
    const body = await found.route.handle(context, {
      ...request,
      path,
      params: found.params,
      query: query === "" ? noQuery : new URLSearchParams(query),
    });
    return succeeded(body);
  } catch (error) {
    if (error instanceof Refusal) return refused(error);
    if (error instanceof ConnectionDrop) return "drop";
    throw error;
  }
}

const json = { "Content-Type": "application/json" };
const fresh = { "Cache-Control": "no-cache", ...json };

function succeeded(body: unknown): ControllerResponse {
  if (body instanceof ForwardedReply) return forwardedReply(body);
  return { status: 200, headers: fresh, body: body === undefined ? "" : toGoJson(body) };
}

function forwardedReply({ reply: { status, body } }: ForwardedReply): ControllerResponse {
  return { status, headers: status === 200 ? fresh : json, body };
}

function refused(refusal: Refusal, headers: Readonly<Record<string, string>> = {}): ControllerResponse {
  return { status: refusal.status, headers: { ...json, ...headers }, body: JSON.stringify(refusal.body) };
}

function wrongMethod(method: string, allow: string): ControllerResponse {
  if (method === "OPTIONS") return { status: 200, headers: { Allow: allow }, body: "" };
  return refused(new Refusal(405, 2), { Allow: allow });
}

function redirect({ method, path: asked }: ControllerRequest, path: string): ControllerResponse {
  const queryAt = asked.indexOf("?");
  const location = queryAt === -1 ? path : path + asked.slice(queryAt);
  if (method !== "GET") return { status: 307, headers: { Location: location }, body: "" };
  return {
    status: 301,
    headers: { "Content-Type": "text/html; charset=utf-8", Location: location },
    body: `<a href="${location}">Moved Permanently</a>.\n\n`,
  };
}
