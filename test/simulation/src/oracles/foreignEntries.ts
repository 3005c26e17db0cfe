import { endpointOf } from "../trace/events";
import type { Oracle } from "./oracle";
import { createRunningCalls } from "./runningCalls";

/** Nobody of ours removes an entry of a site that it does not work on. */
export function createForeignEntriesOracle(): Oracle {
  const calls = createRunningCalls();
  return {
    name: "entries of others stay",
    see(event, look) {
      calls.see(event);
      if (event.type !== "arrival" || !event.message.isOurs) return undefined;
      if (endpointOf(event.message) !== "DELETE /v1/fed/cluster/:id") return undefined;
      const { from, path, to } = event.message;
      const id = path.split("/").at(-1);
      const master = look().masters.find(({ host }) => host === to);
      const entry = master?.entries.find((each) => each.id === id);
      if (entry === undefined || calls.sitesOf(event.message).includes(entry.host)) return undefined;
      return `${from} removes ${entry.name}, the entry of ${entry.host}`;
    },
  };
}
