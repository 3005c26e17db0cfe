import type { Conversations, Endpoint } from "@fedjoin/provider";

/** All that goes from one namespace to another. */
export interface NamespaceTraffic {
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
  readonly sessions: number;
}

/**
 * The conversations summed up by namespace. What is in none is called by its kind after an underscore, which no
 * namespace begins with, such as `_external`; what the controller does not describe is `_unknown`.
 */
export function namespaceTraffic({ conversations, endpoints }: Conversations): NamespaceTraffic[] {
  const names = new Map(endpoints.map(({ id, ...endpoint }) => [id, namespaceOf(endpoint)] as const));
  const nameOf = (id: string): string => names.get(id) ?? unknown;
  const pairs = new Map<string, NamespaceTraffic>();
  for (const { from: fromId, to: toId, bytes, sessions } of conversations) {
    const [from, to] = [nameOf(fromId), nameOf(toId)];
    const key = `${from}\n${to}`;
    const sum = pairs.get(key) ?? { from, to, bytes: 0, sessions: 0 };
    pairs.set(key, { from, to, bytes: sum.bytes + bytes, sessions: sum.sessions + sessions });
  }
  return [...pairs.values()];
}

const unknown = "_unknown";

function namespaceOf({ domain, kind }: Pick<Endpoint, "domain" | "kind">): string {
  if (domain !== "") return domain;
  return kind === "" ? unknown : `_${kind}`;
}
