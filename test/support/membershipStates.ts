import { parseFedJoinInputs, type FedJoinInputs } from "../../provider/src/resources/fedJoin/inputs";
import { NeuVectorError, type ClusterEntry, type FederationResponse } from "@fedjoin/provider/internal/neuvector";
import type { PartialObservation, SideResult } from "../../provider/src/cli/observation/observe";

export const address = { server: "192.168.8.209", port: 10443 };

/** Checked inputs of store `u2204a`, with credentials on both sides. */
export function inputsOf(over: Readonly<Record<string, unknown>> = {}): FedJoinInputs {
  const parsed = parseFedJoinInputs({
    storeId: "u2204a",
    master: { rest: { server: "m.example" }, credentials: { username: "fed", password: "p" } },
    controller: { server: "s.example", credentials: { username: "admin", password: "p" } },
    jointRest: address,
    ...over,
  });
  if ("problems" in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.inputs;
}

export const entryOf = (over: Partial<ClusterEntry> = {}): ClusterEntry => ({
  name: "u2204a-Xy9K2m",
  id: "id-1",
  status: "synced",
  rest_version: "BB38FD65",
  rest_info: address,
  ...over,
});

const masterEntry = (name: string): ClusterEntry =>
  entryOf({ name, id: `id of ${name}`, status: "active", rest_info: { server: `${name}.example`, port: 11443 } });

export const standalone: FederationResponse = { fed_role: "", joint_clusters: null };
export const jointAs = (self: ClusterEntry, master = "primary"): FederationResponse => ({
  fed_role: "joint",
  master_cluster: masterEntry(master),
  joint_clusters: [self],
});
export const masterWith = (...members: ClusterEntry[]): FederationResponse => ({
  fed_role: "master",
  master_cluster: masterEntry("primary"),
  joint_clusters: members,
});

export const failure: SideResult = {
  state: "failed",
  error: new NeuVectorError("network", "GET https://x: ECONNREFUSED"),
};

/** What each side answers; a side left out is not asked. */
export interface Sides {
  readonly site?: FederationResponse | SideResult;
  readonly master?: FederationResponse | SideResult;
}

export function observed(sides: Sides): PartialObservation {
  const seen = (side: FederationResponse | SideResult | undefined): SideResult => {
    if (side === undefined) return { state: "not_asked" };
    return "state" in side ? side : { state: "answered", reply: side };
  };
  return { site: seen(sides.site), master: seen(sides.master) };
}
