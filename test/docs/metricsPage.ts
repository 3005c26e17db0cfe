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

/** `docs/reference/metrics.md`: every metric by group. */
export function metricsPage(): string {
  return [
    "# Metrics",
    "",
    "Made from the declarations that the exposition is made of (`npm run docs`). A group is what `EXPORTER_METRICS` names; it is asked, and fails, as a whole.",
    "",
    "`target` is the host part of `CTRL_API_SERVICE`, or the name of a configured target. Unit `1` is a count or a state, `ratio` goes from 0 to 1. The column series says what the number of series grows with. An `old` name is one of the Python exporter and means what it meant there; `EXPORTER_NAMES` chooses between `old`, `new` and `both`. A new metric is absent when the controller does not say its value.",
    "",
    "`nv_up` is about the controller and this scrape: 1 when at least one group got data from it, 0 when none of those that were asked did. Neither data kept for an interval nor the answer that a controller has nothing of a group makes it 1, so a server that is not a controller is 0 whatever it answers. It is absent where every group of the scrape is kept for its interval, since then the controller is not asked. An optional endpoint that a healthy controller lacks, such as the admission control off Kubernetes (412), is a success of its group and of the request.",
    "",
    "Prometheus renames a label that the scrape's own labels have too: with a ServiceMonitor `namespace` and `service` arrive as `exported_namespace` and `exported_service`, unless it sets `honorLabels`.",
    "",
    ...metricsReference().flatMap(section),
    "Beside these, the usual `process_` and `nodejs_` metrics of the process itself.",
    "",
  ].join("\n");
}
