import { endpointOf, type Message } from "../trace/events";
import type { Fault, FaultInfo, WorldAct } from "./fault";
import { statusFaults } from "./statuses";

/** The name of a fault as a replay line has it. */
export type FaultKind = string;

const loss = (effect: boolean, sees: (Fault & { is: "loss" })["sees"]): FaultInfo => ({
  class: effect ? "lost_after" : "lost_before",
  fault: { is: "loss", effect, sees },
});
const delay = (when: "before" | "after", ms: number): FaultInfo => ({
  class: "delayed",
  fault: { is: "delay", when, ms },
});
const ours = ({ isOurs }: Message): boolean => isOurs;
const crash = (when: (Fault & { is: "crash" })["when"]): FaultInfo => ({
  class: "crash",
  fault: { is: "crash", when },
  hits: ours,
});
const act = (what: WorldAct, hits?: FaultInfo["hits"]): FaultInfo => ({
  class: "act",
  fault: { is: "act", act: what },
  ...(hits !== undefined && { hits }),
});
const page = "<html><body><h1>Welcome</h1></body></html>\n";
const isToRest = ({ isOurs, port }: Message): boolean => isOurs && port === 10443;
/** A process with a provider; exporters and `prune` have none. */
const isByProvider = ({ isOurs, from }: Message): boolean => isOurs && /^[ab]#/.test(from);
const isLogin = (message: Message): boolean => endpointOf(message) === "POST /v1/auth";

/** Every kind of fault, by name. */
export const faultKinds: ReadonlyMap<FaultKind, FaultInfo> = new Map<FaultKind, FaultInfo>([
  ["refused", loss(false, "refused")],
  ["reset-before", loss(false, "reset")],
  ["dropped", loss(false, "silence")],
  ["reset-after", loss(true, "reset")],
  ["answer-dropped", loss(true, "silence")],
  ["truncated", loss(true, "truncated")],
  ["late-4s", delay("before", 4_000)],
  ["late-13s", delay("before", 13_000)],
  ["late-50s", delay("before", 50_000)],
  ["slow-4s", delay("after", 4_000)],
  ["slow-9s", delay("after", 9_000)],
  ["slow-50s", delay("after", 50_000)],
  ["duplicate-1ms", { class: "delayed", fault: { is: "duplicate", ms: 1 } }],
  ["duplicate-5s", { class: "delayed", fault: { is: "duplicate", ms: 5_000 } }],
  [
    "not-json",
    { class: "refused_for_good", fault: { is: "response", effect: false, status: 200, body: page }, hits: ours },
  ],
  ["not-json-after", { class: "lost_after", fault: { is: "response", effect: true, status: 200, body: page } }],
  ["oversized", { class: "lost_after", fault: { is: "oversized" }, hits: ours }],
  ...statusFaults,
  ["crash-before", crash("before")],
  ["crash-sent", crash("sent")],
  ["crash-answered", crash("answered")],
  ["provider-crash", { class: "crash", fault: { is: "provider_crash" }, hits: isByProvider }],
  ["interrupt", { class: "crash", fault: { is: "interrupt" }, hits: ours }],
  ["sessions-end", act({ on: "receiver", what: "end_sessions" }, isToRest)],
  ["sessions-full", act({ on: "receiver", what: "fill_sessions" }, isLogin)],
  ["account-locked", act({ on: "receiver", what: "lock_account" }, isLogin)],
  ["tokens-expire", act({ on: "master", what: "expire_tokens" })],
  ["clock+1h", act({ on: "sender", what: "set_clock", byMs: 3_600_000 }, ours)],
  ["clock-1h", act({ on: "sender", what: "set_clock", byMs: -3_600_000 }, ours)],
  ["freeze-5s", act({ on: "receiver", what: "freeze", ms: 5_000 })],
  ["freeze-15s", act({ on: "receiver", what: "freeze", ms: 15_000 })],
  ["freeze-60s", act({ on: "receiver", what: "freeze", ms: 60_000 })],
  ["freeze-10m", act({ on: "receiver", what: "freeze", ms: 600_000 })],
  ["restart", act({ on: "receiver", what: "restart" })],
  ["kick", act({ on: "site", what: "kick" })],
  ["kick-untold", act({ on: "site", what: "kick_untold" })],
  ["site-leaves", act({ on: "site", what: "leave" })],
  ["site-leaves-untold", act({ on: "site", what: "leave_untold" })],
  ["reinstall", act({ on: "site", what: "reinstall" })],
  ["rename", act({ on: "site", what: "rename" })],
  ["demote", act({ on: "master", what: "demote" })],
]);

/** The kind's facts. @throws Error if there is none of this name. */
export function faultInfo(kind: FaultKind): FaultInfo {
  const found = faultKinds.get(kind);
  if (found === undefined) throw new Error(`no such fault: ${kind}; known are ${[...faultKinds.keys()].join(", ")}`);
  return found;
}

/** True if the kind can hit this message. */
export function canHit(kind: FaultKind, message: Message): boolean {
  return faultInfo(kind).hits?.(message) ?? true;
}
