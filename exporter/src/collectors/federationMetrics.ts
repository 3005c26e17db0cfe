import { gauge, oldGauge } from "./metric";

const endpoint = "GET /v1/fed/member";

export const master = oldGauge("nv_fed_master", {
  help: "Each member of this master's federation, 1 when its status is synced",
  labels: ["master", "worker", "status"],
  unit: "1",
  source: `${endpoint}, field joint_clusters`,
  series: "members",
});

export const worker = oldGauge("nv_fed_worker", {
  help: "1 when this cluster is a member of a federation; label status is its federation role; absent on a master",
  labels: ["status", "master"],
  unit: "1",
  source: `${endpoint}, field fed_role`,
  series: "1",
});

export const roles = ["master", "joint", "standalone"];

export const role = gauge("nv_fed_role", {
  help: `1 for the federation role of this cluster, 0 for the others: ${roles.join(", ")}`,
  labels: ["role", "target"],
  unit: "1",
  source: `${endpoint}, field fed_role`,
  series: `${roles.length} roles`,
});

export const members = gauge("nv_fed_members", {
  help: "Members of this master's federation; absent elsewhere",
  labels: ["target"],
  unit: "1",
  source: `${endpoint}, field joint_clusters`,
  series: "1",
});

/** The statuses of a member (rest-api.md#status-values). */
export const statuses = [
  ...["synced", "joined", "out_of_sync", "syncing", "connected", "disconnected", "kicked", "left", "pending", "active"],
  ...["notified", "unknown_cmd", "req_error", "cluster_upgrade_ongoing"],
  ...["master_upgrade_required", "joint_upgrade_required", "joint_version_too_new"],
  "other",
];

const statusHelp = "1 for the status and 0 for every other word; other for one without a name here, or none";

export const memberStatus = gauge("nv_fed_member_status", {
  help: `Each member as its master sees it: ${statusHelp}`,
  labels: ["id", "name", "status", "target"],
  unit: "1",
  source: `${endpoint}, field joint_clusters.status`,
  series: `members × ${statuses.length} statuses, none with FED_STATUS_SETS=false`,
});

const currentHelp = "always 1; label status is the current one, and a change of it ends the series and begins another";

export const memberCurrentStatus = gauge("nv_fed_member_current_status", {
  help: `Each member as its master sees it, ${currentHelp}`,
  labels: ["id", "name", "status", "target"],
  unit: "1",
  source: `${endpoint}, field joint_clusters.status`,
  series: "members",
});

export const memberInfo = gauge("nv_fed_member_info", {
  help: "Always 1 for each member that a master has; the labels are its address and the version of its rules",
  labels: ["id", "name", "server", "port", "rest_version", "target"],
  unit: "1",
  source: `${endpoint}, field joint_clusters`,
  series: "members",
});

export const ownStatus = gauge("nv_fed_own_status", {
  help: `This member as it sees itself, joined when all is well: ${statusHelp}; absent elsewhere`,
  labels: ["status", "target"],
  unit: "1",
  source: `${endpoint}, field joint_clusters.status`,
  series: `${statuses.length} statuses, none with FED_STATUS_SETS=false`,
});

export const ownCurrentStatus = gauge("nv_fed_own_current_status", {
  help: `This member as it sees itself, ${currentHelp}; absent elsewhere`,
  labels: ["status", "target"],
  unit: "1",
  source: `${endpoint}, field joint_clusters.status`,
  series: "1",
});

export const masterConnected = gauge("nv_fed_master_connected", {
  help: "1 while this member reaches its master; absent elsewhere, and until the controller says it",
  labels: ["target"],
  unit: "1",
  source: `${endpoint}, field master_cluster.status`,
  series: "1",
});

export const masterInfo = gauge("nv_fed_master_info", {
  help: "Always 1 in a federation; the labels are the name and address of its master",
  labels: ["id", "name", "server", "port", "target"],
  unit: "1",
  source: `${endpoint}, field master_cluster`,
  series: "1",
});

export const declared = gauge("nv_fed_member_declared", {
  help: "1 for each member that the roster names, 0 for one that it does not; absent without a roster",
  labels: ["id", "name", "target"],
  unit: "1",
  source: `${endpoint}, field joint_clusters, and the roster`,
  series: "members",
});

export const present = gauge("nv_fed_member_present", {
  help: "1 for each entry of the roster that is a member, 0 for one that is missing; absent without a roster",
  labels: ["name", "target"],
  unit: "1",
  source: `${endpoint}, field joint_clusters, and the roster`,
  series: "entries of the roster",
});
