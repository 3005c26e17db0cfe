import { metricsReference, type DocumentedGroup, type DocumentedMetric } from "@fedjoin/exporter/reference";
import { cell } from "./cell";

function row({ name, type, labels, unit, series, source, names, help }: DocumentedMetric): string {
  const meaning = help.endsWith(` (${source}).`) ? `${help.slice(0, -` (${source}).`.length)}.` : help;
  const shownLabels = labels.map((label) => `\`${label}\``).join(", ");
  const cells = [`\`${name}\``, type, shownLabels, unit, series, source, names, meaning];
  return `| ${cells.map(cell).join(" | ")} |`;
}

function section({ name, help, needs, metrics }: DocumentedGroup): string[] {
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

/** `docs/metrics.md`: every metric by group. */
export function metricsPage(): string {
  return [
    "# Metrics",
    "",
    "Made from the declarations that the exposition is made of (`npm run docs`). A group is what `EXPORTER_METRICS` names; it is asked, and fails, as a whole.",
    "",
    "`target` is the host part of `CTRL_API_SERVICE`, or the name of a configured target. Unit `1` is a count or a state, `ratio` goes from 0 to 1. The column series says what the number of series grows with. An `old` name is one of the Python exporter and means what it meant there; `EXPORTER_NAMES` chooses between `old`, `new` and `both`. A new metric is absent when the controller does not say its value.",
    "",
    "Prometheus renames a label that the scrape's own labels have too: with a ServiceMonitor `namespace` and `service` arrive as `exported_namespace` and `exported_service`, unless it sets `honorLabels`.",
    "",
    ...metricsReference().flatMap(section),
    "Beside these, the usual `process_` and `nodejs_` metrics of the process itself.",
    "",
  ].join("\n");
}
