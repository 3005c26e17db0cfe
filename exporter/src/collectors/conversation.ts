import { getConversations, type Conversation, type Conversations } from "@fedjoin/provider/internal/neuvector";
import type { Collector } from "./collector";
import { countBy } from "./groupBy";
import { gauge, oldGauge, type SampleFamily } from "./metric";
import { namespaceTraffic } from "./namespaceTraffic";

const endpoint = "GET /v1/conversation";

const bytes = oldGauge("nv_conversation_bytes", {
  help: "Bytes of the whole conversation, shown once for each of its ports, so that a sum over ports counts them several times; absent for 0 bytes and without ports",
  labels: ["port", "from", "to", "target"],
  unit: "bytes",
  source: `${endpoint}, field bytes`,
  series: "conversations × ports, the largest CONVERSATION_LIMIT",
});

const perPair = {
  labels: ["from_namespace", "to_namespace", "target"],
  series: "pairs of namespaces that talk, the largest CONVERSATION_LIMIT",
};

const namespaceBytes = gauge("nv_namespace_conversation_bytes", {
  help: "Bytes of all conversations from one namespace to another, each conversation counted once and aged by the controller; what is in no namespace is called by its kind, such as _external",
  unit: "bytes",
  source: `${endpoint}, field bytes`,
  ...perPair,
});

const namespaceSessions = gauge("nv_namespace_conversation_sessions", {
  help: "Sessions of those conversations, aged by the controller",
  unit: "1",
  source: `${endpoint}, field sessions`,
  ...perPair,
});

const byAction = gauge("nv_conversations", {
  help: "Conversations by what the network rules do with them",
  labels: ["policy_action", "target"],
  unit: "1",
  source: `${endpoint}, field policy_action`,
  series: "policy actions",
});

interface Largest<T> {
  /** In input order. */
  readonly kept: readonly T[];
  /** The number of omitted items. */
  readonly dropped: number;
}

/** The `limit` largest items by `size`; of equal ones, the first. */
function largest<T>(items: readonly T[], limit: number, size: (item: T) => number): Largest<T> {
  if (items.length <= limit) return { kept: items, dropped: 0 };
  const ranked = items.map((item, index) => ({ item, index, size: size(item) }));
  ranked.sort((a, b) => b.size - a.size || a.index - b.index);
  const kept = ranked.slice(0, limit).sort((a, b) => a.index - b.index);
  return { kept: kept.map(({ item }) => item), dropped: items.length - limit };
}

/** One sample per conversation and port, limited to the `limit` largest. */
function bytesFamily(conversations: readonly Conversation[], target: string, limit: number): SampleFamily {
  const samples = conversations
    .filter((conversation) => conversation.bytes !== 0)
    .flatMap(({ ports, from, to, bytes: value }) =>
      (ports ?? []).map((port) => ({ labels: { port, from, to, target }, value })),
    );
  const { kept, dropped } = largest(samples, limit, ({ value }) => value);
  return { metric: bytes, samples: kept, dropped };
}

function namespaceFamilies(all: Conversations, target: string, limit: number): SampleFamily[] {
  const { kept, dropped } = largest(namespaceTraffic(all), limit, (pair) => pair.bytes);
  const rows = kept.map(({ from, to, ...traffic }) => ({
    labels: { from_namespace: from, to_namespace: to, target },
    traffic,
  }));
  return [
    { metric: namespaceBytes, samples: rows.map(({ labels, traffic }) => ({ labels, value: traffic.bytes })), dropped },
    { metric: namespaceSessions, samples: rows.map(({ labels, traffic }) => ({ labels, value: traffic.sessions })) },
  ];
}

function actionFamily(conversations: readonly Conversation[], target: string): SampleFamily {
  return { metric: byAction, samples: countBy(conversations, ({ policy_action }) => ({ policy_action, target })) };
}

export const conversation: Collector = {
  name: "conversation",
  help: "Traffic between workloads.",
  metrics: [bytes, namespaceBytes, namespaceSessions, byAction],
  async collect({ session, target, limits, signal }) {
    const all = await getConversations(session, { signal });
    return [
      bytesFamily(all.conversations, target, limits.conversations),
      ...namespaceFamilies(all, target, limits.conversations),
      actionFamily(all.conversations, target),
    ];
  },
};
