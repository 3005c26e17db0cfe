import { getHosts, type Host } from "@fedjoin/provider";
import type { Collector } from "./collector";
import { oldGauge, type SampleFamily } from "./metric";

const memory = oldGauge("nv_host_memory", {
  help: "Memory that a host has, bytes",
  labels: ["name", "id", "target"],
  unit: "bytes",
  source: "GET /v1/host, field memory",
  series: "hosts",
});

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
