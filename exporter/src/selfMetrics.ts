import { collectDefaultMetrics, Gauge, Registry } from "prom-client";

export interface Build {
  readonly version: string;
  readonly revision: string;
  readonly nodeVersion: string;
}

/** Metrics about the exporter, which live as long as the process. */
export interface SelfMetrics {
  readonly registry: Registry;
}

export function createSelfMetrics({ version, revision, nodeVersion }: Build): SelfMetrics {
  const registry = new Registry();
  const registers = [registry];
  new Gauge({
    name: "nv_exporter_build_info",
    help: "Always 1; the labels say what is running.",
    labelNames: ["version", "revision", "node_version"],
    registers,
  }).set({ version, revision, node_version: nodeVersion }, 1);
  collectDefaultMetrics({ register: registry });
  return { registry };
}
