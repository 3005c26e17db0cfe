import { getConversations, type Conversation } from "@fedjoin/provider";
import type { Collector } from "./collector";
import { oldGauge, type SampleFamily } from "./metric";

const bytes = oldGauge("nv_conversation_bytes", {
  help: "Bytes of the whole conversation, shown once for each of its ports, so that a sum over ports counts them several times; absent for 0 bytes and without ports",
  labels: ["port", "from", "to", "target"],
  unit: "bytes",
  source: "GET /v1/conversation, field bytes",
  series: "conversations × ports, at most CONVERSATION_LIMIT",
});

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
