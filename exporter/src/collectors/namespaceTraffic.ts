import type { Conversations, Endpoint } from "@fedjoin/provider";
import { GroupBy } from "./groupBy";

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
export function namespaceTraffic({ conversations, endpoints }: Conversations): readonly NamespaceTraffic[] {
  const names = new Map<string, string>();
  for (const endpoint of endpoints) names.set(endpoint.id, namespaceOf(endpoint));
  const nameOf = (id: string): string => names.get(id) ?? unknown;
  const pairs = new GroupBy<{ -readonly [Name in keyof NamespaceTraffic]: NamespaceTraffic[Name] }>();
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
