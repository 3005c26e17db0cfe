import { getHosts, type Host } from "@fedjoin/provider/internal/neuvector";
import type { Collector } from "./collector";
import { gauge, oldGauge, optionalSample, type Metric, type Sample, type SampleFamily } from "./metric";
import { severityHelp, severitySamples, severitySeries } from "./severities";

const endpoint = "GET /v1/host";

const facts = { labels: ["name", "id", "target"], series: "hosts" };

interface Reading {
  readonly metric: Metric;
  readonly read: (host: Host, labels: Sample["labels"]) => readonly Sample[];
}

const memory = { help: "Memory that a host has, bytes", unit: "bytes", source: `${endpoint}, field memory`, ...facts };

const count = (field: "cpus" | "containers" | "pods", help: string): Reading => ({
  metric: gauge(`nv_host_${field}`, { help, unit: "1", source: `${endpoint}, field ${field}`, ...facts }),
  read: (host, labels) => optionalSample(labels, host[field]),
});

const readings: readonly Reading[] = [
  { metric: oldGauge("nv_host_memory", memory), read: (host, labels) => [{ labels, value: host.memory }] },
  { metric: gauge("nv_host_memory_bytes", memory), read: (host, labels) => [{ labels, value: host.memory }] },
  count("cpus", "CPUs that a host has"),
  count("containers", "Containers on a host"),
  count("pods", "Pods on a host"),
  {
    metric: gauge("nv_host_connected", {
      help: "1 for a host whose enforcer is connected",
      unit: "1",
      source: `${endpoint}, field state`,
      ...facts,
    }),
    read: ({ state }, labels) => (state === "" ? [] : [{ labels, value: state === "connected" ? 1 : 0 }]),
  },
  {
    metric: gauge("nv_host_info", {
      help: "Always 1; the labels say what a host runs and in which mode its own group is",
      unit: "1",
      source: `${endpoint}, fields os, kernel, runtime, runtime_version, policy_mode`,
      ...facts,
      labels: ["name", "id", "os", "kernel", "runtime", "runtime_version", "policy_mode", "target"],
    }),
    read: ({ os, kernel, runtime, runtime_version, policy_mode }, labels) => [
      { labels: { ...labels, os, kernel, runtime, runtime_version, policy_mode }, value: 1 },
    ],
  },
  {
    metric: gauge("nv_host_vulnerabilities", {
      help: `Vulnerabilities of a host by severity, ${severityHelp}`,
      unit: "1",
      source: `${endpoint}, field scan_summary`,
      labels: ["name", "id", "severity", "target"],
      series: severitySeries("hosts"),
    }),
    read: (host, labels) => severitySamples(host.scan_summary, labels),
  },
];

/** Converts hosts to samples. */
function hostSamples(hosts: readonly Host[], target: string): SampleFamily[] {
  return readings.map(({ metric, read }) => ({
    metric,
    samples: hosts.flatMap((host) => read(host, { name: host.name, id: host.id, target })),
  }));
}

export const host: Collector = {
  name: "host",
  help: "The hosts.",
  metrics: readings.map(({ metric }) => metric),
  collect: async ({ session, target, signal }) => hostSamples(await getHosts(session, { signal }), target),
};
