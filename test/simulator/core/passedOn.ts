import type { OutboundReply } from "./ports";

/** What a handler returns when its answer is another controller's, status and all. */
export class PassedOn {
  constructor(readonly reply: OutboundReply) {}
}
