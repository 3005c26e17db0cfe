import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import type { ShownFamily } from "./scrape/exposition";

/** What the join at start is doing; `invalid` is a configuration that was skipped. */
export const joinStates = ["off", "invalid", "joining", "joined", "unconfirmed", "failed"] as const;

export type JoinState = (typeof joinStates)[number];

export interface Build {
  readonly version: string;
  readonly revision: string;
  readonly nodeVersion: string;
}

/** Metrics about the exporter, which live as long as the process. */
export interface SelfMetrics {
  readonly registry: Registry;
  setJoinState(state: JoinState): void;
  countJoinRequest(result: "accepted" | "failed"): void;
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
  const joinState = new Gauge({
    name: "nv_fed_join_state",
    help: "1 for the state that the join at start is in.",
    labelNames: ["state"],
    registers,
  });
  const joinRequests = new Counter({
    name: "nv_fed_join_requests_total",
    help: "Join requests sent, by result.",
    labelNames: ["result"],
    registers,
  });
  joinRequests.inc({ result: "accepted" }, 0);
  joinRequests.inc({ result: "failed" }, 0);
  collectDefaultMetrics({ register: registry });

  const setJoinState = (state: JoinState): void => {
    for (const each of joinStates) joinState.set({ state: each }, each === state ? 1 : 0);
  };
  setJoinState("off");
  return {
    registry,
    setJoinState,
    countJoinRequest(result) {
      joinRequests.inc({ result });
    },
  };
}

/** All that `registry` holds, in the form that is shown. */
export async function shownRegistry(registry: Registry): Promise<ShownFamily[]> {
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
