import type { Message } from "../trace/events";

/** What goes wrong with one message, or at its moment. Durations are in milliseconds. */
export type Fault =
  /** No response arrives: the request is carried out before that, or never. */
  | { readonly is: "loss"; readonly effect: boolean; readonly sees: "refused" | "reset" | "silence" | "truncated" }
  | { readonly is: "delay"; readonly when: "before" | "after"; readonly ms: number }
  /** The request arrives twice, the second time this much later; the sender gets the first response. */
  | { readonly is: "duplicate"; readonly ms: number }
  /** Another response takes the place of the server's own. */
  | {
      readonly is: "response";
      readonly effect: boolean;
      readonly status: number;
      readonly code?: number;
      readonly message?: string;
      readonly body?: string;
    }
  /** The response is longer than a client accepts. */
  | { readonly is: "oversized" }
  /** The process that sends the message ends: before it leaves, when it has left, or when its response arrives. */
  | { readonly is: "crash"; readonly when: "before" | "sent" | "answered" }
  /** The provider of the process ends alone when the message has left: its calls fail, and the engine goes on. */
  | { readonly is: "provider_crash" }
  /** The process is asked to stop, as by Ctrl-C. */
  | { readonly is: "interrupt" }
  /** Something happens to a server or a clock right before the message leaves. */
  | { readonly is: "act"; readonly act: WorldAct };

/** What a fault or a user makes the world do. The site and the master are those that the message is about. */
export type WorldAct =
  | { readonly on: "receiver"; readonly what: "end_sessions" | "lock_account" | "fill_sessions" | "restart" }
  | { readonly on: "receiver"; readonly what: "freeze"; readonly ms: number }
  | { readonly on: "master"; readonly what: "expire_tokens" | "demote" }
  | { readonly on: "sender"; readonly what: "set_clock"; readonly byMs: number }
  | { readonly on: "site"; readonly what: SiteAct };

/** What people do to a site: its admin makes it leave, reinstalls it or joins it under another name; the master's kicks it. */
export type SiteAct = "kick" | "kick_untold" | "leave" | "leave_untold" | "reinstall" | "rename";

/** What a fault means for the message. `acts` are other actors and servers. */
export type FaultClass =
  "lost_before" | "lost_after" | "delayed" | "refused_for_now" | "refused_for_good" | "crash" | "act";

export interface FaultInfo {
  readonly class: FaultClass;
  readonly fault: Fault;
  /** The messages that it can hit. Default: all. */
  readonly hits?: (message: Message) => boolean;
}
