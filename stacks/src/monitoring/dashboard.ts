import { dashboardRows, type Panel, type Row } from "./dashboardRows";

const gridWidth = 24;
const heights = { stat: 5, timeseries: 8, table: 8 };

/**
 * Returns the dashboard as Grafana imports it. It asks for the new metric names (docs/reference/metrics.md).
 *
 * @example
 * ```ts
 * writeFileSync("neuvector.json", JSON.stringify(dashboard()));
 * ```
 */
export function dashboard(): object {
  return {
    uid: "fedjoin-neuvector",
    title: "NeuVector",
    tags: ["neuvector"],
    schemaVersion: 39,
    editable: false,
    refresh: "1m",
    time: { from: "now-6h", to: "now" },
    templating: { list: variables },
    panels: panelsOf(dashboardRows),
  };
}

const datasource = { type: "prometheus", uid: "${datasource}" };

const variables = [
  { name: "datasource", label: "Data source", type: "datasource", query: "prometheus" },
  {
    ...{ name: "instance", label: "Exporter", type: "query", datasource },
    query: { query: "label_values(nv_exporter_build_info, instance)", refId: "instance" },
    ...{ refresh: 2, sort: 1, multi: true, includeAll: true, allValue: ".+" },
    current: { text: ["All"], value: ["$__all"] },
  },
];

function panelsOf(rows: readonly Row[]): object[] {
  const panels: object[] = [];
  let y = 0;
  for (const { title, panels: members } of rows) {
    panels.push({
      id: panels.length + 1,
      type: "row",
      title,
      collapsed: false,
      gridPos: { x: 0, y, w: gridWidth, h: 1 },
    });
    const width = gridWidth / members.length;
    const height = Math.max(...members.map(({ kind }) => heights[kind]));
    for (const [index, panel] of members.entries()) {
      const gridPos = { x: index * width, y: y + 1, w: width, h: height };
      panels.push({ id: panels.length + 1, gridPos, ...panelJson(panel) });
    }
    y += 1 + height;
  }
  return panels;
}

function panelJson({ title, kind, unit, description, queries }: Panel): object {
  const isNow = kind !== "timeseries";
  return {
    ...{ type: kind, title, datasource },
    ...(description !== undefined && { description }),
    ...(unit && { fieldConfig: { defaults: { unit }, overrides: [] } }),
    targets: queries.map(({ expr, legend }, index) => ({
      ...{ refId: String.fromCharCode(65 + index), datasource, expr, legendFormat: legend },
      ...{ instant: isNow, range: !isNow },
      ...(kind === "table" && { format: "table" }),
    })),
  };
}
