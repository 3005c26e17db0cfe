import { isOwnId, type View, type Wanted } from "./membership";

/** What both sides showed of the wanted membership, in words for an error message. */
export function viewText(wanted: Wanted, view: View): string {
  return `${siteText(view)}, ${masterText(wanted, view)}`;
}

function siteText({ site }: View): string {
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

function masterText(wanted: Wanted, { site, master }: View): string {
  if (master === undefined) return "the master was not asked";
  const selfId = site?.joint_clusters?.[0]?.id;
  const entry = master.joint_clusters?.find(
    ({ id, name }) => id === selfId || isOwnId(wanted, id) || name === wanted.name,
  );
  return entry === undefined
    ? `the master does not list ${wanted.name}`
    : `the master lists ${entry.name} (${entry.status || "no status yet"})`;
}
