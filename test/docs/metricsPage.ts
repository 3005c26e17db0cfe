import {
  metricsReference,
  type DocumentedCollector,
  type DocumentedMetric,
} from "@fedjoin/exporter/internal/reference";
import { cell } from "./cell";

function row({ name, type, labels, unit, series, source, names, help }: DocumentedMetric): string {
  const meaning = help.endsWith(` (${source}).`) ? `${help.slice(0, -` (${source}).`.length)}.` : help;
  const shownLabels = labels.map((label) => `\`${label}\``).join(", ");
  const cells = [`\`${name}\``, type, shownLabels, unit, series, source, names, meaning];
  return `| ${cells.map(cell).join(" | ")} |`;
}

function section({ name, help, needs, metrics }: DocumentedCollector): string[] {
  const isOn = needs === undefined ? "On by default." : `Off by default; needs \`${needs}\`.`;
  return [
    `## ${name}`,
    "",
    name === "exporter" ? help : `${help} ${isOn}`,
    "",
    "| metric | type | labels | unit | series | source | name | meaning |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ...metrics.map(row),
    "",
  ];
}

/** `docs/reference/metrics.md`: every metric by collector. */
export function metricsPage(): string {
  return [
    "# Metrics",
    "",
    "This page is generated from the declarations of the metrics (`npm run docs`). Each section is a collector, which `EXPORTER_METRICS` or `EXTRA_COLLECTORS` switches on and which is read, and fails, as a whole.",
    "",
    "`target` is the host part of `CTRL_API_SERVICE`, or the name of a configured target. Unit `1` is a count or a state; `ratio` is between 0 and 1. The column _series_ shows what the number of series depends on. An `old` name comes from the Python exporter and has the same meaning as there; `EXPORTER_NAMES` selects `old`, `new` or `both`. A new metric is absent if the controller does not provide its value.",
    "",
    "`nv_up` describes the controller in this scrape: 1 if at least one collector got data from it, 0 if none of those that contacted it did. Data cached for an interval does not count, and neither does an answer that a feature is missing, so a server that is not a controller always gives 0. `nv_up` is absent if all collectors of the scrape use cached data, because then the controller is not contacted. If a healthy controller lacks an optional endpoint, such as admission control outside Kubernetes (412), the collector and the request count as successful.",
    "",
    "Prometheus renames labels that conflict with those of the scrape: with a ServiceMonitor, `namespace` and `service` become `exported_namespace` and `exported_service`, unless it sets `honorLabels`.",
    "",
    ...metricsReference().flatMap(section),
    "The exporter also has the usual `process_` and `nodejs_` metrics of its own process.",
    "",
  ].join("\n");
}
