import type { DiffResult } from "./diff";
import type { Log } from "../../neuvector/ports";
import { describeMove, plannedMove } from "./plannedMove";
import type { ResourceProps } from "./state";

/** Says of each change that ends a membership, once in a process, who would leave and why. */
export function createLeaveWarnings(
  log: Log,
): (id: string, stored: ResourceProps, news: ResourceProps, diff: DiffResult) => void {
  const said = new Set<string>();
  return (id, stored, news, { replaces, deleteBeforeReplace }) => {
    const move = plannedMove(stored, news);
    const reason = `${replaces.join(" and ")} changed`;
    const leave = `${id} leaves its master, and a new membership takes its place: ${reason}`;
    const unlessHeld = `${leave}; it stays a member if another FedJoin of the program declares its site`;
    const replaced = deleteBeforeReplace ? leave : unlessHeld;
    const text = replaces.length > 0 ? replaced : move && describeMove(id, move);
    if (text === undefined || said.has(text)) return;
    said.add(text);
    log("warn", text);
  };
}
