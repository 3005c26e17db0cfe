import { getFederation, type ClusterEntry, type FederationResponse } from "@fedjoin/provider/neuvector";
import type { Collector } from "./collector";
import { gauge, oldGauge, stateSamples, type SampleFamily } from "./metric";
import { compareWithRoster } from "./roster";

const endpoint = "GET /v1/fed/member";

const master = oldGauge("nv_fed_master", {
  help: "Each member of this master's federation, 1 when its status is synced",
  labels: ["master", "worker", "status"],
  unit: "1",
  source: `${endpoint}, field joint_clusters`,
  series: "members",
});

const worker = oldGauge("nv_fed_worker", {
  help: "1 when this cluster is a member of a federation; label status is its federation role; absent on a master",
  labels: ["status", "master"],
  unit: "1",
  source: `${endpoint}, field fed_role`,
  series: "1",
});

const roles = ["master", "joint", "standalone"];

const role = gauge("nv_fed_role", {
  help: `1 for the federation role of this cluster, 0 for the others: ${roles.join(", ")}`,
  labels: ["role", "target"],
  unit: "1",
  source: `${endpoint}, field fed_role`,
  series: `${roles.length} roles`,
});

const members = gauge("nv_fed_members", {
  help: "Members of this master's federation; absent elsewhere",
  labels: ["target"],
  unit: "1",
  source: `${endpoint}, field joint_clusters`,
  series: "1",
});

/** The statuses of a member (rest-api.md#status-values). */
const statuses = [
  ...["synced", "joined", "out_of_sync", "syncing", "connected", "disconnected", "kicked", "left", "pending", "active"],
  ...["notified", "unknown_cmd", "req_error", "cluster_upgrade_ongoing"],
  ...["master_upgrade_required", "joint_upgrade_required", "joint_version_too_new"],
  "other",
];

const statusHelp = "1 for the status and 0 for every other word; other for one without a name here, or none";

const memberStatus = gauge("nv_fed_member_status", {
  help: `Each member as its master sees it: ${statusHelp}`,
  labels: ["id", "name", "status", "target"],
  unit: "1",
  source: `${endpoint}, field joint_clusters.status`,
  series: `members × ${statuses.length} statuses`,
});

const memberInfo = gauge("nv_fed_member_info", {
  help: "Always 1 for each member that a master has; the labels are its address and the version of its rules",
  labels: ["id", "name", "server", "port", "rest_version", "target"],
  unit: "1",
  source: `${endpoint}, field joint_clusters`,
  series: "members",
});

const ownStatus = gauge("nv_fed_own_status", {
  help: `This member as it sees itself, joined when all is well: ${statusHelp}; absent elsewhere`,
  labels: ["status", "target"],
  unit: "1",
  source: `${endpoint}, field joint_clusters.status`,
  series: `${statuses.length} statuses`,
});

const masterConnected = gauge("nv_fed_master_connected", {
  help: "1 while this member reaches its master; absent elsewhere, and until the controller says it",
  labels: ["target"],
  unit: "1",
  source: `${endpoint}, field master_cluster.status`,
  series: "1",
});

const masterInfo = gauge("nv_fed_master_info", {
  help: "Always 1 in a federation; the labels are the name and address of its master",
  labels: ["id", "name", "server", "port", "target"],
  unit: "1",
  source: `${endpoint}, field master_cluster`,
  series: "1",
});

const declared = gauge("nv_fed_member_declared", {
  help: "1 for each member that the roster names, 0 for one that it does not; absent without a roster",
  labels: ["id", "name", "target"],
  unit: "1",
  source: `${endpoint}, field joint_clusters, and the roster`,
  series: "members",
});

const present = gauge("nv_fed_member_present", {
  help: "1 for each entry of the roster that is a member, 0 for one that is missing; absent without a roster",
  labels: ["name", "target"],
  unit: "1",
  source: `${endpoint}, field joint_clusters, and the roster`,
  series: "entries of the roster",
});

/** The Python exporter's metrics, with its labels: no `target`. */
function oldFamily(reply: FederationResponse): SampleFamily {
  const masterName = reply.master_cluster?.name ?? "";
  if (reply.fed_role !== "master") {
    const labels = { status: reply.fed_role, master: masterName };
    return { metric: worker, samples: [{ labels, value: reply.fed_role === "joint" ? 1 : 0 }] };
  }
  const samples = (reply.joint_clusters ?? []).map(({ name, status }) => ({
    labels: { master: masterName, worker: name, status },
    value: status === "synced" ? 1 : 0,
  }));
  return { metric: master, samples };
}

const known = (status: string): string => (statuses.includes(status) ? status : "other");

const addressOf = ({ id, name, rest_info: { server, port } }: ClusterEntry) => ({ id, name, server, port: `${port}` });

function masterFamilies(
  of: readonly ClusterEntry[],
  target: string,
  roster: readonly string[] | undefined,
): SampleFamily[] {
  const families = [
    { metric: members, samples: [{ labels: { target }, value: of.length }] },
    {
      metric: memberStatus,
      samples: of.flatMap(({ id, name, status }) =>
        stateSamples("status", statuses, known(status), { id, name, target }),
      ),
    },
    {
      metric: memberInfo,
      samples: of.map((member) => ({
        labels: { ...addressOf(member), rest_version: member.rest_version, target },
        value: 1,
      })),
    },
  ];
  if (roster === undefined) return families;
  const compared = compareWithRoster(roster, of);
  return [
    ...families,
    {
      metric: declared,
      samples: compared.members.map(({ member: { id, name }, isDeclared }) => ({
        labels: { id, name, target },
        value: Number(isDeclared),
      })),
    },
    {
      metric: present,
      samples: compared.entries.map(({ entry, isPresent }) => ({
        labels: { name: entry, target },
        value: Number(isPresent),
      })),
    },
  ];
}

function memberFamilies({ joint_clusters, master_cluster }: FederationResponse, target: string): SampleFamily[] {
  const own = joint_clusters?.[0];
  const connection = master_cluster?.status ?? "";
  return [
    {
      metric: ownStatus,
      samples: own === undefined ? [] : stateSamples("status", statuses, known(own.status), { target }),
    },
    {
      metric: masterConnected,
      samples: connection === "" ? [] : [{ labels: { target }, value: Number(connection === "connected") }],
    },
  ];
}

/** Converts the federation, as seen by this controller, to samples. */
export function federationSamples(
  reply: FederationResponse,
  target: string,
  roster?: readonly string[],
): SampleFamily[] {
  const { fed_role, joint_clusters, master_cluster } = reply;
  return [
    oldFamily(reply),
    { metric: role, samples: stateSamples("role", roles, fed_role === "" ? "standalone" : fed_role, { target }) },
    ...(fed_role === "master" ? masterFamilies(joint_clusters ?? [], target, roster) : []),
    ...(fed_role === "joint" ? memberFamilies(reply, target) : []),
    {
      metric: masterInfo,
      samples: master_cluster ? [{ labels: { ...addressOf(master_cluster), target }, value: 1 }] : [],
    },
  ];
}

export const federation: Collector = {
  name: "federation",
  help: "Role in the federation, and on a master its members.",
  metrics: [
    ...[master, worker, role, members, memberStatus, memberInfo],
    ...[declared, present, ownStatus, masterConnected, masterInfo],
  ],
  async collect({ session, target, roster, signal, onFederation }) {
    const reply = await getFederation(session, { signal });
    onFederation(reply);
    return federationSamples(reply, target, roster);
  },
};
