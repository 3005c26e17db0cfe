import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { stringify } from "yaml";
import { dashboardRows } from "../../stacks/src/monitoring/dashboard";
import { checkRules, type ObservabilityTools } from "@fedjoin/testbed";

let tools: ObservabilityTools;
let dir: string;

beforeAll(async () => {
  tools = inject("tools");
  dir = await mkdtemp(join(tmpdir(), "fedjoin-dashboard-"));
});

afterAll(() => rm(dir, { recursive: true }));

/** As Grafana fills the query in, which promtool takes as what a rule records. */
const filledIn = (expr: string) => expr.replaceAll("$instance", ".+").replaceAll("$__rate_interval", "5m");

async function complaintsOf(exprs: readonly string[]): Promise<readonly string[]> {
  const rules = exprs.map((expr, index) => ({ record: `panel:query:${index}`, expr: filledIn(expr) }));
  const file = join(dir, "queries.yml");
  await writeFile(file, stringify({ groups: [{ name: "dashboard", rules }] }));
  return checkRules(tools.promtool, file);
}

test("promtool takes every query of the dashboard, and not one that is broken", async () => {
  const exprs = dashboardRows.flatMap(({ panels }) => panels.flatMap(({ queries }) => queries.map(({ expr }) => expr)));
  expect(await complaintsOf(exprs)).toEqual([]);
  expect(await complaintsOf(["sum by (nv_up"])).not.toEqual([]);
});
