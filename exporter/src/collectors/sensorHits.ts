import type { Threat } from "@fedjoin/provider/internal/neuvector";
import { createLabelBound, knownOrOther } from "./boundedLabel";
import { LabeledSums } from "./groupBy";
import { counter, type SampleFamily } from "./metric";

/** People name sensors; more than these are `other`. */
const maxSensors = 50;

const actions = ["alert", "allow", "deny", "reset"];

export const sensorHits = counter("nv_sensor_hits_total", {
  help: `Hits of DLP and WAF rules that were logged since the exporter started, by kind (dlp, waf), sensor and action: ${actions.join(", ")}, other; the first ${maxSensors} sensors that it meets, the rest as other; absent before the first hit`,
  labels: ["kind", "sensor", "action", "target"],
  unit: "1",
  source: "GET /v1/log/threat, fields threat_id, sensor, action, count",
  series: `2 kinds × at most ${maxSensors + 1} sensors × ${actions.length + 1} actions`,
});

/** Rules of the kinds have these numbers (rest-api.md#logs). */
const kinds = [
  { kind: "dlp", from: 20_000, to: 40_000 },
  { kind: "waf", from: 40_000, to: 50_000 },
] as const;

/** Sums the hits of DLP and WAF rules of one controller. */
export interface SensorTally {
  /** Adds a threat; one that no sensor found adds nothing. */
  readonly add: (threat: Threat) => void;
  readonly family: (target: string) => SampleFamily;
}

export function createSensorTally(): SensorTally {
  const sums = new LabeledSums();
  const boundSensor = createLabelBound(maxSensors);
  return {
    add({ threat_id: id = 0, sensor, action, count = 1 }) {
      const kind = kinds.find(({ from, to }) => id >= from && id < to)?.kind;
      if (kind === undefined) return;
      const labels = { kind, sensor: boundSensor(sensor), action: knownOrOther(actions, action) };
      sums.add(labels, Math.max(count, 1));
    },
    family: (target) => ({
      metric: sensorHits,
      samples: sums.samples().map(({ labels, value }) => ({ labels: { ...labels, target }, value })),
    }),
  };
}
