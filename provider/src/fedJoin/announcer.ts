import type { DiffResult } from "./diff";
import type { Log } from "../ports";
import { announcement, plannedMove } from "./plannedMove";
import type { Stored } from "./state";

/** Says of each change that ends a membership, once in a process, who would leave and why. */
export function createAnnouncer(log: Log): (id: string, stored: Stored, news: Stored, diff: DiffResult) => void {
  const said = new Set<string>();
  return (id, stored, news, { replaces }) => {
    const move = plannedMove(stored, news);
    const text =
      replaces.length > 0
        ? `${id} leaves its master, and a new membership takes its place: ${replaces.join(" and ")} changed`
        : move && announcement(id, move);
    if (text === undefined || said.has(text)) return;
    said.add(text);
    log("warn", text);
  };
}
