import { formatAddress, type Address } from "../../neuvector/ports";
import type { FederationResponse } from "../../neuvector/client/wire";
import type { Finding } from "./finding";
import type { ProbeResult } from "./serverProbe";
import { pluralize } from "../format";

/** Words for members that cannot federate because of their versions (rest-api.md#status-values). */
const versionWords = new Set([
  "master_upgrade_required",
  "joint_upgrade_required",
  "cluster_upgrade_ongoing",
  "joint_version_too_new",
]);

/** What a site says of its federation. */
export function siteRoleFindings({ fed_role, joint_clusters, master_cluster }: FederationResponse): Finding[] {
  const check = "role";
  if (fed_role === "") return [{ level: "ok", check, text: "the site is standalone" }];
  if (fed_role === "master") {
    const text = "the site is a federation master itself";
    return [{ level: "problem", check, text, fix: "Check controller.server, or demote the cluster first" }];
  }
  const self = joint_clusters?.[0];
  const words = [self?.status, master_cluster?.status].filter((word) => versionWords.has(word ?? ""));
  const membership = `${master_cluster?.name ?? "?"} as ${self?.name ?? "?"}`;
  return [
    {
      ...{ level: "ok", check },
      text: `the site is a member of ${membership}; fedjoin members --all says which stacks hold that`,
    },
    ...(words[0] === undefined ? [] : [versionProblem(`the site says ${words[0]}`)]),
  ];
}

/** What a master says of itself. */
export function masterRoleFindings({ fed_role, master_cluster, joint_clusters }: FederationResponse): Finding[] {
  const check = "role";
  if (fed_role === "master") {
    const members = pluralize(joint_clusters?.length ?? 0, "member");
    return [{ level: "ok", check, text: `federation master ${master_cluster?.name ?? ""} with ${members}` }];
  }
  const text =
    fed_role === "" ? "the cluster is standalone, not a master" : `the cluster is not a master but ${fed_role}`;
  return [{ level: "problem", check, text, fix: "Promote it first, or correct master.rest" }];
}

/**
 * How one member's version goes with its master's, as the master's list shows them (rest-api.md#version-compatibility).
 */
export function versionFindings(master: FederationResponse, clusterId: string | undefined): Finding[] {
  const entry = master.joint_clusters?.find(({ id }) => id === clusterId);
  if (entry === undefined) return [];
  if (versionWords.has(entry.status)) return [versionProblem(`the master says ${entry.status}`)];
  const [own, its] = [master.master_cluster?.rest_version ?? "", entry.rest_version];
  if (own === "" || its === "") return [];
  if (own === its) return [{ level: "ok", check: "versions", text: "master and site speak the same REST version" }];
  const text = `REST versions differ: master ${own}, site ${its}; the master's console cannot manage this site`;
  return [{ level: "warning", check: "versions", text, fix: "Upgrade the older side" }];
}

function versionProblem(text: string): Finding {
  return { level: "problem", check: "versions", text, fix: "Upgrade the older side" };
}

/** Federal groups on a standalone site: a join is refused with 428 where they are in use (rest-api.md#joining). */
export function federalGroupFindings(role: string, groups: readonly string[] | undefined): Finding[] {
  const check = "leftovers";
  if (role !== "") return [];
  if (groups === undefined) return [{ level: "unknown", check, text: "the site's federal groups could not be listed" }];
  if (groups.length === 0) return [{ level: "ok", check, text: "no federal groups are left on the site" }];
  const shown = groups.slice(0, 5).join(", ");
  const text = `${pluralize(groups.length, "federal group")} left on the site (${shown}${groups.length > 5 ? ", …" : ""})`;
  return [{ level: "warning", check, text, fix: "If a join answers 428, delete them on the site" }];
}

/** Only a hint: it is the site, not this machine, that has to reach the master's federation port. */
export function federationPortFindings(address: Address, look: ProbeResult): Finding[] {
  const check = "federation port";
  const where = formatAddress(address);
  if (look.state === "tls") return [{ level: "ok", check, text: `${where} answers, seen from here` }];
  const text = `${where} does not answer here (${look.code}); what counts is that the sites reach it`;
  return [{ level: "warning", check, text, fix: "Check master.federation and the way from the sites to it" }];
}
