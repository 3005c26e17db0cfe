import { isOwnClusterId, type Observation, type DesiredMembership } from "./membershipState";

/** What both sides showed of the wanted membership, in words for an error message. */
export function describeObservation(wanted: DesiredMembership, view: Observation): string {
  return `${describeSite(view)}, ${describeMaster(wanted, view)}`;
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

function describeMaster(wanted: DesiredMembership, { site, master }: Observation): string {
  if (master === undefined) return "the master was not asked";
  const selfId = site?.joint_clusters?.[0]?.id;
  const entry = master.joint_clusters?.find(
    ({ id, name }) => id === selfId || isOwnClusterId(wanted, id) || name === wanted.name,
  );
  return entry === undefined
    ? `the master does not list ${wanted.name}`
    : `the master lists ${entry.name} (${entry.status || "no status yet"})`;
}
