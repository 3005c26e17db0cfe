import { getConversations, type Conversation } from "@fedjoin/provider";
import type { Collector } from "./collector";
import { legacyGauge, type SampleFamily } from "./metric";

const bytes = legacyGauge(
  "nv_conversation_bytes",
  "Bytes of the whole conversation, shown once for each of its ports, so that a sum over ports counts them several times (GET /v1/conversation, field bytes). Absent for 0 bytes and without ports.",
  ["port", "from", "to", "target"],
);

/** Each conversation once per port, as samples. */
function conversationSamples(conversations: readonly Conversation[], target: string): SampleFamily[] {
  const samples = conversations
    .filter((conversation) => conversation.bytes !== 0)
    .flatMap(({ ports, from, to, bytes: value }) =>
      ports.map((port) => ({ labels: { port, from, to, target }, value })),
    );
  return [{ metric: bytes, samples }];
}

export const conversation: Collector = {
  name: "conversation",
  help: "Traffic between workloads.",
  metrics: [bytes],
  async collect({ session, target, signal }) {
    const { conversations } = await getConversations(session, { signal });
    return conversationSamples(conversations, target);
  },
};
