import type { Conversations, Endpoint } from "@fedjoin/provider/internal/neuvector";
import { TupleMap } from "./groupBy";

/** The traffic from one namespace to another. */
export interface NamespaceTraffic {
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
  readonly sessions: number;
}

/**
 * Sums conversations by namespace. Endpoints without a namespace are named after their kind with an underscore, such as
 * `_external`, because no namespace starts with one; undescribed endpoints are `_unknown`.
 */
export function namespaceTraffic({ conversations, endpoints }: Conversations): readonly NamespaceTraffic[] {
  const names = new Map<string, string>();
  for (const endpoint of endpoints) names.set(endpoint.id, namespaceOf(endpoint));
  const nameOf = (id: string): string => names.get(id) ?? unknown;
  const pairs = new TupleMap<{ -readonly [Name in keyof NamespaceTraffic]: NamespaceTraffic[Name] }>();
  for (const { from: fromId, to: toId, bytes, sessions } of conversations) {
    const [from, to] = [nameOf(fromId), nameOf(toId)];
    const sum = pairs.getOrCreate([from, to], () => ({ from, to, bytes: 0, sessions: 0 }));
    sum.bytes += bytes;
    sum.sessions += sessions;
  }
  return pairs.values();
}

const unknown = "_unknown";

function namespaceOf({ domain, kind }: Pick<Endpoint, "domain" | "kind">): string {
  if (domain !== "") return domain;
  return kind === "" ? unknown : `_${kind}`;
}
