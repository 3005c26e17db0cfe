import { getFedMember, type FedMemberReply } from "@fedjoin/provider";
import type { Collector } from "./collector";
import { oldGauge, type SampleFamily } from "./metric";

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

/** The federation as this controller sees it, as samples. Names and labels of the Python exporter: no `target`. */
export function federationSamples(reply: FedMemberReply): SampleFamily[] {
  const masterName = reply.master_cluster?.name ?? "";
  if (reply.fed_role !== "master") {
    const labels = { status: reply.fed_role, master: masterName };
    return [{ metric: worker, samples: [{ labels, value: reply.fed_role === "joint" ? 1 : 0 }] }];
  }
  const samples = (reply.joint_clusters ?? []).map(({ name, status }) => ({
    labels: { master: masterName, worker: name, status },
    value: status === "synced" ? 1 : 0,
  }));
  return [{ metric: master, samples }];
}

export const federation: Collector = {
  name: "federation",
  help: "Role in the federation, and on a master its members.",
  metrics: [master, worker],
  collect: async ({ session, signal }) => federationSamples(await getFedMember(session, { signal })),
};
