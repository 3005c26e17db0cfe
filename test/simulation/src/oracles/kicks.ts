import { endpointOf, type Message } from "../trace/events";
import { livingEntry } from "../trace/view";
import type { Oracle } from "./oracle";

/** When an admin removed a site, and since when that shows. */
interface Kick {
  sinceMs: number;
}

/**
 * An exporter does not undo a kick: once it has read it in the events of the site, it sends no join. Whatever else happens
 * to the site may allow one.
 */
export function createKicksOracle(): Oracle {
  const kicks = new Map<string, Kick>();
  const exporters = new Map<string, string>();
  const sentMs = new WeakMap<Message, number>();
  /** When each process asked for the events that it read last. */
  const readMs = new Map<string, number>();

  return {
    name: "a kick is not undone",
    see(event, look) {
      if (event.type === "start" && event.site !== undefined) exporters.set(event.process, event.site);
      if (event.type === "act") {
        const isMember = livingEntry(look(), event.host) !== undefined;
        if (!event.what.startsWith("kick")) kicks.clear();
        else if (event.phase === "begin" && isMember) kicks.set(event.host, { sinceMs: Infinity });
      }
      if (event.type === "arrival" && endpointOf(event.message) === "POST /v1/fed/leave")
        kicks.delete(event.message.to);
      if (event.type !== "request" && event.type !== "response") return undefined;
      const { message } = event;
      const site = exporters.get(message.from);
      if (site === undefined) return undefined;
      const isEvents = endpointOf(message) === "GET /v1/log/event";
      if (event.type === "response") {
        if (isEvents && event.response.status === 200) readMs.set(message.from, sentMs.get(message) ?? 0);
        return undefined;
      }
      sentMs.set(message, event.atMs);
      const { sinceMs = Infinity } = kicks.get(site) ?? {};
      const isUndone = endpointOf(message) === "POST /v1/fed/join" && (readMs.get(message.from) ?? 0) > sinceMs;
      return isUndone ? `${message.from} joins ${site} again, which its master removed` : undefined;
    },
    observe(view, nowMs) {
      for (const [host, kick] of kicks) {
        const isMember = livingEntry(view, host) !== undefined;
        if (!isMember) kick.sinceMs = Math.min(kick.sinceMs, nowMs);
        else if (kick.sinceMs < nowMs) kicks.delete(host);
      }
      return undefined;
    },
  };
}
