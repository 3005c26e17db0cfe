import type { ClusterEntry, FederationResponse } from "@fedjoin/provider/internal/neuvector";

/** A cluster with a status, as a controller lists it. */
export const cluster = (name: string, status: string, id = `id-${name}`): ClusterEntry => ({
  name,
  id,
  status,
  rest_version: "",
  rest_info: { server: "192.0.2.7", port: 10443 },
});

/** What a master says of its members. */
export const ofMaster = (members: readonly ClusterEntry[], name = "primary"): FederationResponse => ({
  fed_role: "master",
  master_cluster: cluster(name, "active"),
  joint_clusters: [...members],
});

/** What a member says. */
export const ofMember = (status: string, masterStatus: string, name = "edge-1"): FederationResponse => ({
  fed_role: "joint",
  master_cluster: cluster("primary", masterStatus),
  joint_clusters: [cluster(name, status)],
});

export const ofStandalone: FederationResponse = { fed_role: "", joint_clusters: null };
