import type { OutboundReply } from "./ports";

/** What a handler returns when its answer is another controller's, status and all. */
export class ForwardedReply {
  constructor(readonly reply: OutboundReply) {}
}
