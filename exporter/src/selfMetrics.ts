import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { ExpositionFamily } from "./scrape/exposition";

export interface SelfMetricsLabels {
  readonly version: string;
  readonly revision: string;
  readonly nodeVersion: string;
}

/** Metrics about the exporter process. */
export interface SelfMetrics {
  readonly registry: Registry;
}

/** Gauges with counter names; `nodejs_active_handles` and others show the same by type. */
const misnamedMetrics = [
  "nodejs_active_handles_total",
  "nodejs_active_requests_total",
  "nodejs_active_resources_total",
];

export function createSelfMetrics({ version, revision, nodeVersion }: SelfMetricsLabels): SelfMetrics {
  const registry = new Registry();
  const registers = [registry];
  new Gauge({
    name: "nv_exporter_build_info",
    help: "Always 1; the labels say what is running.",
    labelNames: ["version", "revision", "node_version"],
    registers,
  }).set({ version, revision, node_version: nodeVersion }, 1);
  collectDefaultMetrics({ register: registry });
  for (const name of misnamedMetrics) registry.removeSingleMetric(name);
  return { registry };
}

/** The metrics of `registry` in the form that the exposition writer takes. */
export async function registryFamilies(registry: Registry): Promise<ExpositionFamily[]> {
  const metrics = await registry.getMetricsAsJSON();
  return metrics.map(({ name, type, help, values }) => ({
    name,
    type: String(type),
    help,
    labelNames: [...new Set(values.flatMap(({ labels }) => Object.keys(labels)))],
    samples: values.map((sample) => ({
      suffix: "metricName" in sample ? String(sample.metricName).slice(name.length) : "",
      labels: sample.labels,
      value: sample.value,
    })),
  }));
}
