import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { recordingRules } from "../../../stacks/src/monitoring/recordingRules";
import { documentationBase } from "@fedjoin/provider/internal/neuvector";
import { repositoryRoot } from "@fedjoin/testbed";

const read = (file: string): string => readFileSync(join(repositoryRoot, file), "utf8");

const rule = z.object({
  alert: z.string(),
  expr: z.string(),
  labels: z.strictObject({ severity: z.enum(["info", "warning", "critical"]) }),
  annotations: z.strictObject({ summary: z.string(), runbook_url: z.string() }),
});
const { groups } = z
  .object({ groups: z.array(z.object({ rules: z.array(rule) })) })
  .parse(parse(read("stacks/monitoring/alerts.yml")));
const rules = groups.flatMap((group) => group.rules);

test("every alert names a section of a page that is there, and every section has its alert", () => {
  const sections = [...read("docs/how-to/alerts.md").matchAll(/^## (.+)$/gm)].map(([, title = ""]) => title);
  expect(rules.map(({ alert }) => alert)).toEqual(sections);
  for (const { alert, annotations } of rules) {
    expect(annotations.runbook_url).toBe(`${documentationBase}docs/how-to/alerts.md#${alert.toLowerCase()}`);
  }
});

test("every alert is shown to fire, and to keep silent, by a test of the rules", () => {
  const tests = read("test/fixtures/alerts.test.yml");
  for (const { alert, annotations } of rules) {
    expect(tests).toContain(`alertname: ${alert}\n`);
    expect(tests).toContain(`runbook_url: ${annotations.runbook_url.slice(documentationBase.length)}\n`);
  }
});

test("no rule asks for a metric that the exporter does not have", () => {
  const recorded = recordingRules().groups.flatMap((group) => group.rules);
  const known = new Set([...read("docs/reference/metrics.md").matchAll(/^\| `(nv_\w+)`/gm)].map(([, name]) => name));
  const asked = [...rules, ...recorded].flatMap(({ expr }) => [...expr.matchAll(/\bnv_\w+/g)].map(([name]) => name));
  expect(asked.filter((name) => !known.has(name))).toEqual([]);
  expect(asked.length).toBeGreaterThan(10);
});
