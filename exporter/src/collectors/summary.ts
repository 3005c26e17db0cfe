import { getSystemSummary, type SystemSummary } from "@fedjoin/provider";
import type { Collector } from "./collector";
import { oldGauge, type SampleFamily } from "./metric";

const endpoint = "GET /v1/system/summary";

const facts = { labels: ["target"], series: "1" };

type CountField = { [F in keyof SystemSummary]-?: SystemSummary[F] extends number ? F : never }[keyof SystemSummary];

const count = (name: string, field: CountField, what: string) => ({
  metric: oldGauge(name, { help: what, unit: "1", source: `${endpoint}, field ${field}`, ...facts }),
  read: (summary: SystemSummary): number => summary[field],
});

const version = (name: string) => ({
  metric: oldGauge(name, {
    help: "Version of the CVE database as a number, major.minor; 1 while no scanner is connected",
    unit: "1",
    source: `${endpoint}, field cvedb_version`,
    ...facts,
  }),
  read: ({ cvedb_version, cvedb_create_time }: SystemSummary): number =>
    cvedb_create_time === "" ? 1 : Number.parseFloat(cvedb_version),
});

const createTime = (name: string) => ({
  metric: oldGauge(name, {
    help: "Creation of the CVE database, milliseconds since the epoch; 0 while no scanner is connected",
    unit: "milliseconds",
    source: `${endpoint}, field cvedb_create_time`,
    ...facts,
  }),
  read: ({ cvedb_create_time }: SystemSummary): number =>
    cvedb_create_time === "" ? 0 : Date.parse(cvedb_create_time),
});

/** The names and units of the Python exporter. */
const readings = [
  count("nv_summary_services", "services", "Services"),
  count("nv_summary_policy", "policy_rules", "Network rules"),
  count("nv_summary_runningWorkloads", "running_workloads", "Running workloads"),
  count("nv_summary_totalWorkloads", "workloads", "Workloads"),
  count("nv_summary_hosts", "hosts", "Hosts"),
  count("nv_summary_controllers", "controllers", "Controllers"),
  count("nv_summary_enforcers", "enforcers", "Enforcers, disconnected ones included"),
  count("nv_summary_pods", "running_pods", "Running pods"),
  count("nv_summary_disconnectedEnforcers", "disconnected_enforcers", "Disconnected enforcers"),
  version("nv_summary_cvedbVersion"),
  createTime("nv_summary_cvedbTime"),
];

/** The counts of the whole cluster, as samples. */
export function summarySamples(summary: SystemSummary, target: string): SampleFamily[] {
  return readings.map(({ metric, read }) => ({ metric, samples: [{ labels: { target }, value: read(summary) }] }));
}

export const summary: Collector = {
  name: "summary",
  help: "Counts of the whole cluster.",
  metrics: readings.map(({ metric }) => metric),
  collect: async ({ session, target, signal }) => summarySamples(await getSystemSummary(session, { signal }), target),
};
