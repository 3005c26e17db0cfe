import { getSystemSummary, type SystemSummary } from "@fedjoin/provider/internal/neuvector";
import type { Collector } from "./collector";
import { gauge, oldGauge, optionalSample, type Metric, type Sample, type SampleFamily, unixSeconds } from "./metric";

const endpoint = "GET /v1/system/summary";

const facts = { labels: ["target"], series: "1" };

/** A metric and how to read its samples from the summary. */
interface Reading {
  readonly metric: Metric;
  readonly read: (summary: SystemSummary, labels: Sample["labels"]) => readonly Sample[];
}

type CountField = { [F in keyof SystemSummary]-?: number extends SystemSummary[F] ? F : never }[keyof SystemSummary];

const count =
  (declare: typeof gauge) =>
  (name: string, field: CountField, help: string): Reading => ({
    metric: declare(name, { help, unit: "1", source: `${endpoint}, field ${field}`, ...facts }),
    read: (summary, labels) => optionalSample(labels, summary[field]),
  });

const oldCount = count(oldGauge);
const newCount = count(gauge);

/** The Python exporter's names and units. */
const oldReadings: readonly Reading[] = [
  oldCount("nv_summary_services", "services", "Services"),
  oldCount("nv_summary_policy", "policy_rules", "Network rules"),
  oldCount("nv_summary_runningWorkloads", "running_workloads", "Running workloads"),
  oldCount("nv_summary_totalWorkloads", "workloads", "Workloads"),
  oldCount("nv_summary_hosts", "hosts", "Hosts"),
  oldCount("nv_summary_controllers", "controllers", "Controllers"),
  oldCount("nv_summary_enforcers", "enforcers", "Enforcers, disconnected ones included"),
  oldCount("nv_summary_pods", "running_pods", "Running pods"),
  oldCount("nv_summary_disconnectedEnforcers", "disconnected_enforcers", "Disconnected enforcers"),
  {
    metric: oldGauge("nv_summary_cvedbVersion", {
      help: "Version of the CVE database as a number, major.minor; 1 while no scanner is connected",
      unit: "1",
      source: `${endpoint}, field cvedb_version`,
      ...facts,
    }),
    read: ({ cvedb_version, cvedb_create_time }, labels) =>
      optionalSample(labels, cvedb_create_time === "" ? 1 : Number.parseFloat(cvedb_version)),
  },
  {
    metric: oldGauge("nv_summary_cvedbTime", {
      help: "Creation of the CVE database, milliseconds since the epoch; 0 while no scanner is connected",
      unit: "milliseconds",
      source: `${endpoint}, field cvedb_create_time`,
      ...facts,
    }),
    read: ({ cvedb_create_time }, labels) =>
      optionalSample(labels, cvedb_create_time === "" ? 0 : Date.parse(cvedb_create_time)),
  },
];

const newReadings: readonly Reading[] = [
  newCount("nv_cluster_services", "services", "Services"),
  newCount("nv_cluster_network_rules", "policy_rules", "Network rules"),
  newCount("nv_cluster_workloads", "workloads", "Workloads, pods and their containers each counted"),
  newCount("nv_cluster_running_workloads", "running_workloads", "Running workloads"),
  newCount("nv_cluster_running_pods", "running_pods", "Running pods"),
  newCount("nv_cluster_hosts", "hosts", "Hosts"),
  newCount("nv_cluster_controllers", "controllers", "Controllers"),
  newCount("nv_cluster_enforcers", "enforcers", "Enforcers, disconnected ones included"),
  newCount("nv_cluster_disconnected_enforcers", "disconnected_enforcers", "Disconnected enforcers"),
  newCount("nv_domains", "domains", "Namespaces that the controller knows"),
  newCount("nv_scanners", "scanners", "Scanners"),
  {
    metric: gauge("nv_cvedb_info", {
      help: "1 for the version of the CVE database; absent while no scanner is connected",
      unit: "1",
      source: `${endpoint}, field cvedb_version`,
      ...facts,
      labels: ["version", "target"],
    }),
    read: ({ cvedb_version: version }, labels) =>
      version === "" ? [] : [{ labels: { version, ...labels }, value: 1 }],
  },
  {
    metric: gauge("nv_cvedb_created_timestamp_seconds", {
      help: "Creation of the CVE database; absent while no scanner is connected",
      unit: "seconds",
      source: `${endpoint}, field cvedb_create_time`,
      ...facts,
    }),
    read: ({ cvedb_create_time }, labels) => optionalSample(labels, unixSeconds(cvedb_create_time)),
  },
  {
    metric: gauge("nv_cluster_info", {
      help: "Always 1; the labels say what the cluster runs on",
      unit: "1",
      source: `${endpoint}, fields platform, kube_version, openshift_version`,
      ...facts,
      labels: ["platform", "kube_version", "openshift_version", "target"],
    }),
    read: ({ platform, kube_version, openshift_version }, labels) => [
      { labels: { platform, kube_version, openshift_version, ...labels }, value: 1 },
    ],
  },
  {
    metric: gauge("nv_component_info", {
      help: "1 for each version that a controller or an enforcer of the cluster has",
      unit: "1",
      source: `${endpoint}, field component_versions`,
      labels: ["version", "target"],
      series: "versions",
    }),
    read: ({ component_versions }, labels) =>
      component_versions.map((version) => ({ labels: { version, ...labels }, value: 1 })),
  },
];

const readings = [...oldReadings, ...newReadings];

/** Converts the summary of the cluster to samples. */
export function summarySamples(summary: SystemSummary, target: string): SampleFamily[] {
  return readings.map(({ metric, read }) => ({ metric, samples: read(summary, { target }) }));
}

export const summary: Collector = {
  name: "summary",
  help: "Counts of the whole cluster.",
  metrics: readings.map(({ metric }) => metric),
  collect: async ({ session, target, signal }) => summarySamples(await getSystemSummary(session, { signal }), target),
};
