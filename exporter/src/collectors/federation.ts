import { getFedMember, type FedMemberReply } from "@fedjoin/provider";
import type { Collector } from "./collector";
import { legacyGauge, type SampleFamily } from "./metric";

const master = legacyGauge(
  "nv_fed_master",
  "Each member of this master's federation, 1 when its status is synced (GET /v1/fed/member, field joint_clusters).",
  ["master", "worker", "status"],
);

const worker = legacyGauge(
  "nv_fed_worker",
  "1 when this cluster is a member of a federation; label status is its federation role (GET /v1/fed/member, field fed_role). Absent on a master.",
  ["status", "master"],
);

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
  async collect({ session, signal, onFederation }) {
    const reply = await getFedMember(session, { signal });
    onFederation(reply);
    return federationSamples(reply);
  },
};
