import { endpointOf, jsonBody, type Message } from "../trace/events";
import type { Oracle } from "./oracle";

const exporterLimit = 3;

/**
 * A refused credential is not tried again: at most one refused login for each credential and controller in a process, and
 * at most three by an exporter across its restarts.
 */
export function createLoginsOracle(): Oracle {
  const refusals = new Map<string, number>();
  const sites = new Map<string, string>();
  /** What they would learn from a response, nobody does. */
  const ended = new Set<string>();
  const count = (key: string): number => {
    const next = (refusals.get(key) ?? 0) + 1;
    refusals.set(key, next);
    return next;
  };
  return {
    name: "refused logins are not repeated",
    see(event) {
      if (event.type === "start" && event.site !== undefined) sites.set(event.process, event.site);
      if (event.type === "start") ended.delete(event.process);
      if (event.type === "end" || event.type === "provider_end") ended.add(event.process);
      if (event.type !== "response" || !event.message.isOurs || event.response.status !== 401) return undefined;
      const { message } = event;
      if (ended.has(message.from)) return undefined;
      if (endpointOf(message) !== "POST /v1/auth") return undefined;
      const credential = credentialOf(message);
      const site = sites.get(message.from);
      const limit = site === undefined ? 1 : exporterLimit;
      const times = count(`${site ?? message.from} ${credential}`);
      return times > limit
        ? `${message.from} tried a refused login at ${message.to} again (${times} refusals)`
        : undefined;
    },
  };
}

function credentialOf(message: Message): string {
  return `${message.to} ${JSON.stringify(jsonBody(message)["password"])}`;
}
