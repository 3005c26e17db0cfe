import type { RecordedState, WorldEvent } from "../trace/events";
import { createDisturbances } from "./disturbances";
import { livingEntry, type EntryView, type View } from "../trace/view";
import type { Oracle } from "./oracle";
import { sitesOf, sitesOfCall } from "./runningCalls";

interface Deletion {
  readonly process: string;
  readonly name: string;
  readonly clusterId: string;
  readonly sites: readonly string[];
}

/** True for a membership whose site a resource of the state has, and for one that is no more. */
function isOwned(
  { clusterId, sites }: Deletion,
  state: RecordedState | undefined,
  entries: readonly EntryView[],
): boolean {
  if (!entries.some(({ id }) => id === clusterId)) return true;
  return state?.resources.some(({ outputs }) => sitesOf(outputs).some((site) => sites.includes(site))) ?? false;
}

const changingActs: ReadonlySet<string> = new Set([
  "kick",
  "kick_untold",
  "leave",
  "leave_untold",
  "reinstall",
  "restart",
  "rename",
  "demote",
  "promote",
]);

/** An act that changes memberships, or a copy of a join, which can succeed after the original was refused. */
function changesMemberships(event: WorldEvent): boolean {
  if (event.type === "act") return changingActs.has(event.what);
  return event.type === "fault" && event.kind.startsWith("duplicate");
}

/**
 * What a command no longer has in its state is gone: a membership that it deleted, unless another resource of the state has
 * it, and one that a failed create began. Holds at the end of a command that ran alone and undisturbed.
 */
export function createDeletionsOracle(): Oracle {
  const disturbances = createDisturbances(changesMemberships);
  const handedOver = new Set<string>();
  const deletions: Deletion[] = [];
  /** Memberships that a process left to another resource. */
  const handovers: Deletion[] = [];
  const states = new Map<string, RecordedState>();
  /** Sites whose create failed and left nothing in the state, by process. */
  const failedSites = new Map<string, Set<string>>();
  /** Since when each entry is listed. */
  const listedMs = new Map<string, number>();

  const seeResult = ({ process, call, result }: WorldEvent & { type: "result" }): void => {
    const failed = failedSites.get(process) ?? new Set<string>();
    failedSites.set(process, failed);
    for (const site of sitesOfCall(call)) {
      if (call.operation === "create" && result.is === "failed" && !result.isPartial) failed.add(site);
      else if (call.operation !== "check" && call.operation !== "diff") failed.delete(site);
    }
    const { id: name = "", olds } = call;
    if (call.operation !== "delete" || result.is === "failed") return;
    const deletion = { process, name, clusterId: String(olds?.["clusterId"]), sites: sitesOfCall(call) };
    if (handedOver.has(`${process} ${name}`)) handovers.push(deletion);
    // Somebody allowed to leave the entry behind.
    else if (olds?.["forceLeave"] !== true) deletions.push(deletion);
  };
  const checkEnd = (end: WorldEvent & { type: "end" }, view: View): string | undefined => {
    const { process, how } = end;
    const own = deletions.filter((deletion) => deletion.process === process);
    const beganMs = disturbances.undisturbedSinceMs(end);
    if (how === "crashed" || beganMs === undefined) return undefined;
    const entries = view.masters.flatMap((master) => master.entries);
    const left = own.find(({ clusterId }) => entries.some(({ id }) => id === clusterId));
    if (left !== undefined) return `${process} ended, and the membership ${left.name} that it deleted is still listed`;
    const lost = handovers.find((each) => each.process === process && !isOwned(each, states.get(process), entries));
    if (lost !== undefined)
      return `${process} ended, and the membership ${lost.name} that it left to another is nobody's`;
    const unknown = [...(failedSites.get(process) ?? [])]
      .map((host) => livingEntry(view, host)?.entry)
      .find((entry) => entry !== undefined && (listedMs.get(entry.id) ?? 0) > beganMs);
    return unknown && `${process} ended, and its state lacks the membership ${unknown.name} that it made`;
  };

  return {
    name: "what left the state is gone",
    see(event, look) {
      disturbances.see(event);
      switch (event.type) {
        case "log": {
          const [, name] = /^(\S+) is not ended: /.exec(event.text) ?? [];
          if (name !== undefined) handedOver.add(`${event.process} ${name}`);
          return undefined;
        }
        case "checkpoint":
          states.set(event.process, event.state);
          return undefined;
        case "result":
          seeResult(event);
          return undefined;
        case "end":
          return checkEnd(event, look());
        default:
          return undefined;
      }
    },
    observe({ masters }, nowMs) {
      for (const { entries } of masters) for (const { id } of entries) if (!listedMs.has(id)) listedMs.set(id, nowMs);
      return undefined;
    },
  };
}
