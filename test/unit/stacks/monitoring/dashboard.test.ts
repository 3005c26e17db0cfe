import { metricsReference } from "@fedjoin/exporter/internal/reference";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { dashboard } from "../../../../stacks/src/monitoring/dashboard";
import { dashboardRows } from "../../../../stacks/src/monitoring/dashboardRows";

const metrics = new Map(metricsReference().flatMap((group) => group.metrics.map((metric) => [metric.name, metric])));
const queries = dashboardRows.flatMap(({ panels }) =>
  panels.flatMap(({ title, queries: asked }) => asked.map((query) => ({ panel: title, ...query }))),
);
const ofScrape = ["instance", "job"];

const grid = z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() });
const shown = z.object({ panels: z.array(z.looseObject({ id: z.number(), title: z.string(), gridPos: grid })) });

const namesIn = (expr: string) => [...expr.matchAll(/\bnv_\w+/g)].map(([name]) => name);
/** In `by (…)`, in selectors, and in the legend. */
const labelsIn = ({ expr, legend }: { readonly expr: string; readonly legend: string }) => [
  ...[...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = ""]) => list.split(",").map((label) => label.trim())),
  ...[...expr.matchAll(/(\w+)(?:=~|!~|!=|=)"/g)].map(([, label = ""]) => label),
  ...[...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = ""]) => label),
];

describe("the dashboard", () => {
  test("asks only for metrics that the exporter has, under their new names", () => {
    const names = queries.flatMap(({ expr }) => namesIn(expr));
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => metrics.get(name)?.names !== "new")).toEqual([]);
  });

  test("asks only for labels that these metrics have", () => {
    for (const query of queries) {
      const known = namesIn(query.expr).flatMap((name) => metrics.get(name)?.labels ?? []);
      expect([query.panel, labelsIn(query).filter((label) => ![...known, ...ofScrape].includes(label))]).toEqual([
        query.panel,
        [],
      ]);
    }
  });

  test("takes the rate of counters, and of nothing else", () => {
    for (const { expr } of queries) {
      const rated = [...expr.matchAll(/rate\((nv_\w+)/g)].map(([, name = ""]) => name);
      for (const name of namesIn(expr))
        expect([name, rated.includes(name)]).toEqual([name, metrics.get(name)?.type === "counter"]);
    }
  });

  test("heeds the chosen exporters in every query", () => {
    for (const { expr } of queries)
      expect(expr.match(/\bnv_\w+\{instance=~"\$instance"/g)).toHaveLength(namesIn(expr).length);
  });

  test("gives every panel a place of its own on the grid", () => {
    const { panels } = shown.parse(dashboard());
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  });
});
