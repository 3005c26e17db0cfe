import { join } from "node:path";
import { beforeAll, expect, inject, test } from "vitest";
import { checkConfig, checkRules, type ObservabilityTools, repositoryRoot, testRules } from "@fedjoin/testbed";

const file = (name: string): string => join(repositoryRoot, "examples/compose", name);

let tools: ObservabilityTools;

beforeAll(() => {
  tools = inject("tools");
});

test("promtool finds nothing wrong with the example's configuration and alerts", async () => {
  expect(await checkConfig(tools.promtool, file("prometheus.yml"))).toEqual([]);
  expect(await checkRules(tools.promtool, file("alerts.yml"))).toEqual([]);
});

test("the alerts fire when they should, and only then", async () => {
  expect(await testRules(tools.promtool, file("alerts.test.yml"))).toEqual([]);
});
