import { seriesOf } from "./pythonExporter";
import type { ParsedSample } from "./parseExposition";

/** What a query is expected to give. */
export type Vector = readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];

/** An expression of a dashboard, and what it gives of the samples that Prometheus stored. */
export interface DashboardQuery {
  readonly promql: string;
  readonly of: (stored: readonly ParsedSample[]) => Vector;
}

const named = (stored: readonly ParsedSample[], name: string): readonly ParsedSample[] =>
  stored.filter((sample) => sample.name === name);

const select = (name: string): DashboardQuery => ({
  promql: name,
  of: (stored) => named(stored, name).map(({ labels, value }) => ({ labels: { __name__: name, ...labels }, value })),
});

const folds = {
  sum: (a: number, b: number) => a + b,
  max: (a: number, b: number) => Math.max(a, b),
};

const foldBy = (fold: keyof typeof folds, name: string, label: string): DashboardQuery => ({
  promql: `${fold}(${name}) by (${label})`,
  of(stored) {
    const groups = new Map<string, number>();
    for (const { labels, value } of named(stored, name)) {
      const key = labels[label] ?? "";
      const before = groups.get(key);
      groups.set(key, before === undefined ? value : folds[fold](before, value));
    }
    return Array.from(groups, ([key, value]) => ({ labels: key === "" ? {} : { [label]: key }, value }));
  },
});

/** While nothing changes there is one sum of rates, and it is 0; without a series there is none. */
const trafficRate: DashboardQuery = {
  promql: "sum(rate(nv_conversation_bytes[1m]))*4",
  of: (stored) => (named(stored, "nv_conversation_bytes").length === 0 ? [] : [{ labels: {}, value: 0 }]),
};

const summary = (...suffixes: readonly string[]): DashboardQuery[] =>
  suffixes.map((suffix) => select(`nv_summary_${suffix}`));

const vulnerabilities = (what: "image" | "container", label: string): DashboardQuery[] => [
  foldBy("sum", `nv_${what}_vulnerabilityHigh`, label),
  foldBy("sum", `nv_${what}_vulnerabilityMedium`, label),
];

/** Every expression of the dashboard that comes with the Python exporter. */
const ofRepository: readonly DashboardQuery[] = [
  ...summary("hosts", "controllers", "enforcers", "pods", "disconnectedEnforcers"),
  trafficRate,
  // No exporter ever had this name.
  select("api_conversation_bytes"),
  select("nv_admission_allowed"),
  select("nv_admission_denied"),
  ...summary("cvedbVersion", "cvedbTime"),
  select("nv_enforcer_cpu"),
  select("nv_enforcer_memory"),
  ...vulnerabilities("container", "service"),
  ...vulnerabilities("image", "name"),
  select("nv_log_events"),
];

/** Every expression of the dashboard of NeuVector's Helm chart for monitoring. */
const ofChart: readonly DashboardQuery[] = [
  ...summary("controllers", "enforcers", "pods", "disconnectedEnforcers"),
  select("nv_admission_denied"),
  ...summary("cvedbVersion"),
  ...["controller", "enforcer"].flatMap((kind) =>
    ["cpu", "memory"].map((what) => foldBy("max", `nv_${kind}_${what}`, "display")),
  ),
  ...vulnerabilities("container", "service"),
  ...vulnerabilities("container", "exported_service"),
  ...vulnerabilities("image", "name"),
  select("nv_log_events"),
];

export const dashboards = { ofRepository, ofChart };

/** As Prometheus stores what it scrapes: with the target's labels, which win over a sample's own. */
export function asStored(
  samples: readonly ParsedSample[],
  target: Readonly<Record<string, string>>,
): readonly ParsedSample[] {
  return samples.map(({ name, labels, value }) => ({
    name,
    labels: {
      ...Object.fromEntries(
        Object.entries(labels).map(([key, text]) => [key in target ? `exported_${key}` : key, text]),
      ),
      ...target,
    },
    value,
  }));
}

/** In an order of its own, so that two vectors can be compared. */
export function sorted(vector: Vector): Vector {
  const key = ({ labels }: Vector[number]): string => seriesOf({ name: "", labels });
  return vector.map(({ labels, value }) => ({ labels, value })).toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
