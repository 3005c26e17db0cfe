import type { ControllerResponse } from "../core/message";
import { parseJson } from "../core/requestBody";
import type { VirtualReply } from "../virtualNetwork";
import type { Exchange } from "./recording";

/** An answer in a form in which two answers of the same meaning are equal. */
export interface ComparableAnswer {
  readonly line: number;
  /** 0 when there was none. */
  readonly status: number;
  readonly headers?: readonly (string | undefined)[];
  readonly body?: unknown;
}

const comparedHeaders = ["Allow", "Location", "Content-Type", "Cache-Control"];

const comparable = (line: number, { status, headers }: Omit<ControllerResponse, "body">, body: unknown) => ({
  line,
  status,
  headers: comparedHeaders.map((name) => headers[name]),
  body: normalize(body),
});

export function recordedAnswer({ line, status, resp_headers: headers, body }: Exchange): ComparableAnswer {
  if (status === 0) return { line, status };
  const text = typeof body === "object" && body !== null && "_text" in body ? body._text : body;
  return comparable(line, { status, headers }, text);
}

export function replayedAnswer(line: number, reply: VirtualReply): ComparableAnswer {
  if (reply === "refused") return { line, status: 0 };
  if (typeof reply === "string") throw new Error(`line ${line}: the connection broke: ${reply}`);
  return comparable(line, reply, reply.body === "" ? null : (parseJson(reply.body) ?? reply.body));
}

/** Values that differ from run to run: only their type counts. */
const volatile = new Set([
  ...["component_versions", "created_timestamp", "id", "join_token", "k8s_rbac_alert_message"],
  ...["last_login_at", "last_login_timestamp", "login_count", "status", "token"],
]);

/** Volatile values as their type, permissions (which the product lists in any order) sorted, everything else exact. */
function normalize(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => normalize(item, key));
    return key === "global_permissions" ? items.toSorted(byJson) : items;
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, normalize(member, name)]));
  }
  if (!volatile.has(key) || value === null) return value;
  const isPermission = key === "id" && typeof value === "string" && /^[a-z_]+$/.test(value);
  return isPermission ? value : `<${typeof value}>`;
}

function byJson(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
