import { createHash } from "node:crypto";
import type { ControllerRequest, Listener, Outcome } from "./message";
import { parseJson } from "./requestBody";

/** A request as a test may look at it: every secret value is replaced. */
export interface LogEntry {
  /** Milliseconds, when it arrived. */
  readonly atMs: number;
  readonly listener: Listener;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly credential: "session" | "apiKey" | "none";
  /** The JSON body; passwords read "[redacted]", tokens "[redacted <first 8 hex digits of their SHA-256>]". */
  readonly body: unknown;
  readonly remote: string;
  status: number | "dropped" | "pending";
}

const passwordKeys = new Set(["password", "new_password", "secret", "client_key", "ca_cert", "client_cert"]);
const tokenKeys = new Set(["join_token", "join_ticket", "joint_ticket", "master_token", "token"]);

function redact(value: unknown, key = ""): unknown {
  if (typeof value === "string" && value !== "") {
    if (passwordKeys.has(key)) return "[redacted]";
    if (tokenKeys.has(key)) return `[redacted ${createHash("sha256").update(value).digest("hex").slice(0, 8)}]`;
  }
  if (Array.isArray(value)) return value.map((item) => redact(item, key));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, redact(member, name)]));
  }
  return value;
}

/** The entry of a request that has just arrived. */
export function logEntry(request: ControllerRequest, atMs: number): LogEntry {
  const [path = "", query = ""] = request.path.split("?");
  const { headers } = request;
  let body: { readonly redacted: unknown } | undefined;
  return {
    atMs,
    listener: request.listener,
    method: request.method,
    path,
    query,
    credential: headers["x-auth-token"] ? "session" : headers["x-auth-apikey"] ? "apiKey" : "none",
    get body() {
      body ??= { redacted: redact(parseJson(request.body)) };
      return body.redacted;
    },
    remote: request.remote,
    status: "pending",
  };
}

export function loggedStatus(outcome: Outcome): number | "dropped" {
  return outcome === "drop" ? "dropped" : outcome.status;
}
