import { isOwnClusterId, type DesiredMembership } from "./membership";
import { getFederation } from "../neuvector/client/federation";
import type { FederationResponse } from "../neuvector/client/federation";
import type { Clock } from "../neuvector/ports";
import type { Session } from "../neuvector/session/session";

/** Sessions at both sides of a membership; `undefined` for a side without credentials. */
export interface FederationSessions {
  readonly site: Session | undefined;
  readonly master: Session | undefined;
}

/** What both sides report about their federation; `undefined` for a side without credentials. */
export interface Observation {
  readonly site: FederationResponse | undefined;
  readonly master: FederationResponse | undefined;
}

/** A site that was asked longer ago may have become a member again since it answered. */
const maxSiteAgeMs = 3_000;
/** A site that never answers sooner is believed in the end. */
const maxSiteReads = 3;

/**
 * Reads both sides: the master, then the site, and the master again if its list lacks the site. Read at the same time, a
 * slow response could describe a later moment than the other one (rest-api.md#concurrent-operations). In this order a member that the list lacks
 * was removed, and a listed site that calls itself standalone has left or is still joining. If all that took long, the site
 * is asked again: a member that the list lacks leaves by force, whatever it has become since.
 * @throws NeuVectorError if a side that has credentials does not answer: silence never means "gone".
 */
export async function observe(
  { site, master }: FederationSessions,
  clock: Pick<Clock, "now">,
  signal?: AbortSignal,
): Promise<Observation> {
  const read = async (side: Session | undefined): Promise<FederationResponse | undefined> =>
    side === undefined ? undefined : getFederation(side, { signal });
  let listed = await read(master);
  for (let reads = 1; ; reads++) {
    const askedMs = clock.now();
    const observation = { master: listed, site: await read(site) };
    if (!isMissingFromMaster(observation)) return observation;
    listed = await read(master);
    const isRecent = clock.now() - askedMs <= maxSiteAgeMs;
    if (isRecent || reads === maxSiteReads) return { ...observation, master: listed };
  }
}

/** Returns true if a site calls itself a member of this very master, and the master's list lacks it. */
export function isMissingFromMaster({ site, master }: Observation): boolean {
  if (site?.fed_role !== "joint" || master?.fed_role !== "master") return false;
  const self = site.joint_clusters?.[0];
  const isOfThisMaster = site.master_cluster?.id === master.master_cluster?.id;
  return self !== undefined && isOfThisMaster && !(master.joint_clusters ?? []).some(({ id }) => id === self.id);
}

/** Describes, for an error message, what both sides report about the desired membership. */
export function describeObservation(desired: DesiredMembership, observation: Observation): string {
  return `${describeSite(observation)}, ${describeMaster(desired, observation)}`;
}

function describeSite({ site }: Observation): string {
  switch (site?.fed_role) {
    case undefined:
      return "the site was not asked";
    case "":
      return "the site says that it is standalone";
    case "joint":
      return `the site says that it is a member as ${site.joint_clusters?.[0]?.name ?? "?"}`;
    default:
      return "the site says that it is a master itself";
  }
}

function describeMaster(desired: DesiredMembership, { site, master }: Observation): string {
  if (master === undefined) return "the master was not asked";
  const selfId = site?.joint_clusters?.[0]?.id;
  const entry = master.joint_clusters?.find(
    ({ id, name }) => id === selfId || isOwnClusterId(desired, id) || name === desired.name,
  );
  return entry === undefined
    ? `the master does not list ${desired.name}`
    : `the master lists ${entry.name} (${entry.status || "no status yet"})`;
}
