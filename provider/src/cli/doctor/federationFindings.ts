import type { FederationResponse } from "../../neuvector/client/federation";
import type { Finding } from "./finding";
import type { ProbeResult } from "./serverProbe";
import { pluralize } from "../format";
import { formatAddress, type Address } from "../../values/address";

/** Statuses of members that cannot federate because of their versions (rest-api.md#status-values). */
const versionStatuses = new Set([
  "master_upgrade_required",
  "joint_upgrade_required",
  "cluster_upgrade_ongoing",
  "joint_version_too_new",
]);

/** Findings about the role that a site reports. */
export function siteRoleFindings({ fed_role, joint_clusters, master_cluster }: FederationResponse): Finding[] {
  const check = "role";
  if (fed_role === "") return [{ level: "ok", check, text: "the site is standalone" }];
  if (fed_role === "master") {
    const text = "the site is a federation master itself";
    return [{ level: "problem", check, text, fix: "Check controller.server, or demote the cluster first" }];
  }
  const self = joint_clusters?.[0];
  const statuses = [self?.status, master_cluster?.status].filter((status) => versionStatuses.has(status ?? ""));
  const membership = `${master_cluster?.name ?? "?"} as ${self?.name ?? "?"}`;
  return [
    {
      ...{ level: "ok", check },
      text: `the site is a member of ${membership}; fedjoin members --all shows which stacks own it`,
    },
    ...(statuses[0] === undefined ? [] : [versionProblem(`the site reports ${statuses[0]}`)]),
  ];
}

/** Findings about the role that a master reports. */
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
 * Whether the versions of a member and its master match, according to the master's list (rest-api.md#version-compatibility).
 */
export function versionFindings(master: FederationResponse, clusterId: string | undefined): Finding[] {
  const entry = master.joint_clusters?.find(({ id }) => id === clusterId);
  if (entry === undefined) return [];
  if (versionStatuses.has(entry.status)) return [versionProblem(`the master reports ${entry.status}`)];
  const [own, site] = [master.master_cluster?.rest_version ?? "", entry.rest_version];
  if (own === "" || site === "") return [];
  if (own === site) return [{ level: "ok", check: "versions", text: "master and site have the same REST version" }];
  const text = `REST versions differ: master ${own}, site ${site}; the master's console cannot manage this site`;
  return [{ level: "warning", check: "versions", text, fix: "Upgrade the older side" }];
}

function versionProblem(text: string): Finding {
  return { level: "problem", check: "versions", text, fix: "Upgrade the older side" };
}

/** Federal groups on a standalone site: a join fails with 428 if they are in use (rest-api.md#joining). */
export function federalGroupFindings(role: string, groups: readonly string[] | undefined): Finding[] {
  const check = "leftovers";
  if (role !== "") return [];
  if (groups === undefined) return [{ level: "unknown", check, text: "the site's federal groups could not be listed" }];
  if (groups.length === 0) return [{ level: "ok", check, text: "the site has no federal groups" }];
  const shown = groups.slice(0, 5).join(", ");
  const text = `${pluralize(groups.length, "federal group")} left on the site (${shown}${groups.length > 5 ? ", …" : ""})`;
  return [{ level: "warning", check, text, fix: "If a join answers 428, delete them on the site" }];
}

/** Only a hint: the site, not this machine, has to reach the master's federation port. */
export function federationPortFindings(address: Address, probe: ProbeResult): Finding[] {
  const check = "federation port";
  const where = formatAddress(address);
  if (probe.state === "tls") return [{ level: "ok", check, text: `${where} answers this machine` }];
  const text = `${where} does not answer this machine (${probe.code}); what matters is that the sites reach it`;
  return [{ level: "warning", check, text, fix: "Check master.federation and the network between the sites and it" }];
}
