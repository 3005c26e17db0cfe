import { systemClock } from "@fedjoin/provider/internal/system";
import { checkConfig, checkMetrics, checkRules, repositoryRoot, testRules } from "@fedjoin/testbed";
import fc from "fast-check";
import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { stringify } from "yaml";
import { metricsReference } from "../../exporter/src/reference";
import { alertRules } from "../../stacks/src/monitoring/alertRules";
import { dashboardRows } from "../../stacks/src/monitoring/dashboardRows";
import { listedComplaints } from "../support/compatibilityPage";
import { damagedTexts, sessionWith } from "../support/damagedBodies";
import { folderOfFile } from "../support/deployments";
import { expositionToString, renderToString } from "../support/renderToString";
import { scraperOf } from "../support/scraper";

const folder = folderOfFile();
const promtool = () => inject("tools").promtool;
const example = (name: string): string => join(repositoryRoot, "examples/compose", name);

async function file(name: string, content: object): Promise<string> {
  const path = join(folder.path, name);
  await writeFile(path, stringify(content));
  return path;
}

const complaintsOf = (text: string) => checkMetrics(promtool(), text);

/** As Grafana fills a query in, which promtool takes as what a rule records. */
async function complaintsOfQueries(exprs: readonly string[]): Promise<readonly string[]> {
  const filledIn = (expr: string) => expr.replaceAll("$instance", ".+").replaceAll("$__rate_interval", "5m");
  const rules = exprs.map((expr, index) => ({ record: `panel:query:${index}`, expr: filledIn(expr) }));
  return checkRules(promtool(), await file("queries.yml", { groups: [{ name: "dashboard", rules }] }));
}

/** Every documented metric of these names with one series that has all of its labels. */
function allMetrics(names: "old" | "new"): string {
  const metrics = metricsReference().flatMap((group) => group.metrics);
  const families = metrics
    .filter((metric) => metric.names === names)
    .map(({ labels, ...metric }) => ({
      ...metric,
      labelNames: labels,
      samples: [{ labels: Object.fromEntries(labels.map((label) => [label, "x"])), value: 1 }],
    }));
  return expositionToString(families, "text", 1024).text;
}

describe("promtool", () => {
  test("finds nothing wrong with the example's configuration and the rules, and would find what is", async () => {
    expect(await checkConfig(promtool(), example("prometheus.yml"))).toEqual([]);
    for (const name of ["alerts", "recording"]) {
      expect(await checkRules(promtool(), join(repositoryRoot, `stacks/monitoring/${name}.yml`))).toEqual([]);
    }
    const unknownKey = await checkConfig(promtool(), await file("wrong.yml", { scrape: {} }));
    expect(unknownKey.join("\n")).toContain("field scrape not found");
  });

  test("sees the alerts fire when they should, and only then", async () => {
    await file("alerts.yml", alertRules("docs/how-to/alerts.md"));
    const tests = join(folder.path, "alerts.test.yml");
    await copyFile(join(repositoryRoot, "test/fixtures/alerts.test.yml"), tests);
    expect(await testRules(promtool(), tests)).toEqual([]);
  });

  test("takes every query of the dashboard, and not one that is broken", async () => {
    const queries = dashboardRows.flatMap(({ panels }) => panels.flatMap((panel) => panel.queries));
    expect(await complaintsOfQueries(queries.map(({ expr }) => expr))).toEqual([]);
    const broken = await complaintsOfQueries(["sum by (nv_up"]);
    expect(broken).toEqual([expect.stringContaining("could not parse expression")]);
  });

  test("finds nothing wrong with the new names, and of the old ones what docs/start/compatibility.md lists", async () => {
    expect(await complaintsOf(allMetrics("new"))).toEqual([]);
    expect((await complaintsOf(allMetrics("old"))).toSorted()).toEqual(listedComplaints().toSorted());
  });

  test("Q13: reads whatever the exporter makes of damaged answers, and finds no series twice", async () => {
    await fc.assert(
      fc.asyncProperty(damagedTexts, async (texts) => {
        const results = await scraperOf(sessionWith(texts), systemClock).scrape(20_000).all;
        const text = await renderToString(results, [], { format: "text", names: "both", maxLabelLength: 64 });
        expect((await complaintsOf(text)).filter((line) => !line.includes("camelCase"))).toEqual([]);
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });

  test("would find a series twice, and a text that does not parse", async () => {
    const twice = '# HELP nv_x X.\n# TYPE nv_x gauge\nnv_x{a="1"} 1\nnv_x{a="1"} 2\n';
    expect(await complaintsOf(twice)).not.toEqual([]);
    expect(await complaintsOf("joins one\n")).toEqual([expect.stringContaining("text format parsing error in line 1")]);
  });
});
