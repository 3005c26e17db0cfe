import { faultInfo } from "../faults/kinds";
import { endpointOf, type Message, type WorldEvent } from "../trace/events";

const changes: ReadonlySet<string> = new Set(["POST /v1/fed/join", "POST /v1/fed/leave", "DELETE /v1/fed/cluster/:id"]);
const passingClasses: ReadonlySet<string> = new Set(["lost_before", "lost_after", "delayed", "refused_for_now"]);
/** Answers that no controller gives: a person looks into them. */
export const fromStrangers: ReadonlySet<string> = new Set(["not-json-after", "oversized"]);

/** True if nothing went wrong but one request that a command repeats, or whose effect it looks for. */
export function isRepeatable(events: readonly WorldEvent[]): boolean {
  const faults = events.filter((event) => event.type === "fault");
  const [fault] = faults;
  if (fault === undefined || faults.length > 1) return faults.length === 0;
  if (fault.kind === "sessions-end") return true;
  const hit = events.find((event) => event.type === "request" && event.message.step === fault.step);
  return hit?.type === "request" && isRepeated(hit.message) && isPassing(fault.kind);
}

function isRepeated(message: Message): boolean {
  return message.isOurs && changes.has(endpointOf(message));
}

function isPassing(kind: string): boolean {
  return passingClasses.has(faultInfo(kind).class) && !fromStrangers.has(kind);
}
