import { getHosts, type Host } from "@fedjoin/provider";
import type { Collector } from "./collector";
import { legacyGauge, type SampleFamily } from "./metric";

const memory = legacyGauge("nv_host_memory", "Memory that a host has, bytes (GET /v1/host, field memory).", [
  "name",
  "id",
  "target",
]);

/** The hosts' memory, as samples. */
function hostSamples(hosts: readonly Host[], target: string): SampleFamily[] {
  const samples = hosts.map(({ name, id, memory: value }) => ({ labels: { name, id, target }, value }));
  return [{ metric: memory, samples }];
}

export const host: Collector = {
  name: "host",
  help: "The hosts.",
  metrics: [memory],
  collect: async ({ session, target, signal }) => hostSamples(await getHosts(session, { signal }), target),
};
