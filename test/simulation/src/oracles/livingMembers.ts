import { endpointOf, jsonBody, type Message, type ProviderCall } from "../trace/events";
import { livingEntry, type View } from "../trace/view";
import type { Oracle } from "./oracle";
import { createRunningCalls, masterAt, serverAt, sitesOfCall } from "./runningCalls";

/**
 * Nobody of ours ends a membership that lives unless a person asked for its end: a delete, a move or a repair of that very
 * site. Nobody who can read the site removes the entry of a join that is under way: the site would call itself a member.
 */
export function createLivingMembersOracle(): Oracle {
  const calls = createRunningCalls();
  /** Entries that somebody of ours removed without being asked to end them. */
  const removed = new Map<string, string>();

  const checkRemoval = (message: Message, view: View): string | undefined => {
    const id = message.path.split("/").at(-1) ?? "";
    const site = view.sites.find((each) => each.id === id);
    const host = site?.host ?? view.masters.flatMap(({ entries }) => entries).find((entry) => entry.id === id)?.host;
    const asked = calls.of(message).filter((call) => mayEnd(call, host));
    const isAlive = site !== undefined && livingEntry(view, site.host) !== undefined;
    // Without a login at the site, it cannot be seen whether a join is under way.
    const isBlind = asked.some(({ olds, news }) => serverAt(news ?? olds, "controller") === undefined);
    if (asked.length > 0 && (isAlive || isBlind)) return undefined;
    removed.set(id, message.from);
    if (asked.length > 0 || !isAlive) return undefined;
    return `${message.from} removes ${site.name}, which lives at ${site.host}`;
  };
  const checkLeave = (message: Message, view: View): string | undefined => {
    const living = livingEntry(view, message.to);
    if (living === undefined) return undefined;
    const running = calls.of(message);
    const isForced = jsonBody(message)["force"] === true;
    if (!running.some((call) => mayEnd(call, message.to))) {
      return `${message.from} makes ${message.to} leave, which lives as ${living.entry.name}`;
    }
    const mayForce = running.some((call) => call.olds?.["forceLeave"] === true || call.news?.["forceLeave"] === true);
    return isForced && !mayForce
      ? `${message.from} makes ${message.to} leave by force, which its master lists`
      : undefined;
  };

  return {
    name: "living members stay",
    see(event, look) {
      calls.see(event);
      if (event.type !== "arrival" || !event.message.isOurs) return undefined;
      switch (endpointOf(event.message)) {
        case "DELETE /v1/fed/cluster/:id":
          return checkRemoval(event.message, look());
        case "POST /v1/fed/leave":
          return checkLeave(event.message, look());
        default:
          return undefined;
      }
    },
    observe({ sites }) {
      for (const { id, host } of sites) {
        const by = id === undefined ? undefined : removed.get(id);
        if (id === undefined || by === undefined) continue;
        removed.delete(id);
        return `${by} removed the entry of ${host} while its join was under way`;
      }
      return undefined;
    },
  };
}

/** True for a call by which a person ends, moves or repairs the membership of the site at this host. */
function mayEnd(call: ProviderCall, host: string | undefined): boolean {
  const { operation, olds, news } = call;
  if (host === undefined || !sitesOfCall(call).includes(host)) return false;
  if (operation === "delete") return true;
  if (operation !== "update") return false;
  const isMove = masterAt(olds) !== masterAt(news) || serverAt(olds, "jointRest") !== serverAt(news, "jointRest");
  return isMove || olds?.["status"] !== "joined";
}
