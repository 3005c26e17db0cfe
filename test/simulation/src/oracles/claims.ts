import type { CallResult, ProviderCall, WorldEvent } from "../trace/events";
import { createDisturbances } from "./disturbances";
import { livingEntry, type View } from "../trace/view";
import type { Oracle } from "./oracle";
import { serverAt, sitesOfCall } from "./runningCalls";

interface Claim {
  readonly process: string;
  readonly host: string;
  readonly clusterId: string;
}

/**
 * What a command says is so. A call that reports `joined` after it looked means that both sides showed that membership
 * meanwhile; it still lives when a command ends well, unless somebody else changed it; a read that finds nothing means
 * that there was a moment without the membership; and a read that drops the resource means that there was one at which
 * the site was a member of no master.
 */
export function createClaimsOracle(): Oracle {
  /** When each membership was last seen living, by its id, and since when without a break. */
  const living = new Map<string, { sinceMs: number; untilMs: number }>();
  const startedMs = new Map<ProviderCall, number>();
  const claims: Claim[] = [];
  const disturbances = createDisturbances(({ type }) => type === "act");
  let lastMs = -Infinity;

  const hasLivedSince = (id: string | undefined, sinceMs: number): boolean => {
    const known = living.get(id ?? "");
    return known !== undefined && known.sinceMs <= sinceMs && known.untilMs === lastMs;
  };

  const checkRead = ({ process, call, result }: WorldEvent & { type: "result" }, since: number, view: View) => {
    if (result.is === "failed" || !isLoss(result)) return undefined;
    if (hasLivedSince(String(call.olds?.["clusterId"]), since))
      return `${process} found ${call.id ?? ""} gone, which lived all the time`;
    const host = serverAt(call.olds, "controller");
    const now = host === undefined ? undefined : livingEntry(view, host);
    return result.id === undefined && hasLivedSince(now?.entry.id, since)
      ? `${process} dropped ${call.id ?? ""}, whose site was a member of ${now?.master ?? ""} all the time`
      : undefined;
  };

  const checkResult = (event: WorldEvent & { type: "result" }, look: () => View): string | undefined => {
    const { process, call, result, atMs } = event;
    const since = startedMs.get(call) ?? atMs;
    startedMs.delete(call);
    if (result.is === "failed") return undefined;
    const [host = ""] = sitesOfCall(call);
    if (["create", "update", "delete"].includes(call.operation)) {
      for (let index = claims.length; index-- > 0;) if (claims[index]?.host === host) claims.splice(index, 1);
    }
    if (call.operation === "read" && isLoss(result)) return checkRead(event, since, look());
    if (!hasLooked(call) || result.outputs?.["status"] !== "joined") return undefined;
    const clusterId = String(result.outputs["clusterId"]);
    // Without a login at the site, nobody can say more than the master does.
    if (serverAt(call.news ?? call.olds, "controller") === undefined) return undefined;
    claims.push({ process, host, clusterId });
    const known = living.get(clusterId);
    const wasSeen = known !== undefined && known.untilMs >= since;
    return wasSeen
      ? undefined
      : `${process} reports ${result.id ?? ""} as joined, which no moment of the ${call.operation} shows`;
  };

  const checkEnd = (end: WorldEvent & { type: "end" }, view: View): string | undefined => {
    const { process, how } = end;
    const own = claims.filter((claim) => claim.process === process);
    for (const claim of own) claims.splice(claims.indexOf(claim), 1);
    const sinceMs = disturbances.undisturbedSinceMs(end);
    if (how !== "succeeded" || sinceMs === undefined) return undefined;
    const lost = own.find(({ host, clusterId }) => livingEntry(view, host)?.entry.id !== clusterId);
    return (
      lost &&
      `${process} ended well, and the membership ${lost.clusterId} of ${lost.host} that it reported does not live`
    );
  };

  return {
    name: "what is reported is so",
    see(event, look) {
      disturbances.see(event);
      switch (event.type) {
        case "call":
          startedMs.set(event.call, event.atMs);
          return undefined;
        case "result":
          return checkResult(event, look);
        case "end":
          return checkEnd(event, look());
        default:
          return undefined;
      }
    },
    observe(view, nowMs) {
      for (const { host } of view.sites) {
        const id = livingEntry(view, host)?.entry.id;
        if (id === undefined) continue;
        const known = living.get(id);
        if (known === undefined || known.untilMs < lastMs) living.set(id, { sinceMs: nowMs, untilMs: nowMs });
        else known.untilMs = nowMs;
      }
      lastMs = nowMs;
      return undefined;
    },
  };
}

/** True for a read that reports the membership as ended. */
function isLoss({ id, outputs }: CallResult & { is: "done" }): boolean {
  return id === undefined || ["left", "kicked"].includes(String(outputs?.["status"]));
}

/** False for an update that records a setting: it sends nothing. */
function hasLooked({ operation, olds, news }: ProviderCall): boolean {
  if (operation === "create" || operation === "read") return true;
  if (operation !== "update") return false;
  return olds?.["status"] !== "joined" || JSON.stringify(olds["jointRest"]) !== JSON.stringify(news?.["jointRest"]);
}
