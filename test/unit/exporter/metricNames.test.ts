import { describe, expect, test } from "vitest";
import { metricsReference } from "../../../exporter/src/reference";

const metrics = metricsReference().flatMap((group) => group.metrics);
const added = metrics.filter(({ names }) => names === "new");

test("a metric is declared once, over all groups", () => {
  const names = metrics.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

describe.each(added.map((metric) => ({ ...metric })))("$name", ({ name, type, labels, unit, help, series }) => {
  test("is named by the customs of Prometheus", () => {
    expect(name).toMatch(/^nv_[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
    expect(name.endsWith("_total")).toBe(type === "counter");
    const named = name.replace(/_total$/, "");
    for (const each of ["seconds", "bytes", "ratio"]) expect(named.endsWith(`_${each}`)).toBe(unit === each);
    expect(["1", "seconds", "bytes", "ratio"]).toContain(unit);
  });

  test("has labels in snake case, each once, a sentence and a cardinality", () => {
    for (const label of labels) expect(label).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(new Set(labels).size).toBe(labels.length);
    expect(help).toMatch(/^[A-Z0-9].*\.$/);
    expect(series).not.toBe("");
  });
});

test("the old names are those of the Python exporter", () => {
  const old = metrics.filter(({ names }) => names === "old").map(({ name }) => name);
  expect(old.sort()).toEqual(
    [
      ...["services", "policy", "runningWorkloads", "totalWorkloads", "hosts", "controllers", "enforcers", "pods"].map(
        (name) => `nv_summary_${name}`,
      ),
      ...["disconnectedEnforcers", "cvedbVersion", "cvedbTime"].map((name) => `nv_summary_${name}`),
      "nv_conversation_bytes",
      ...["enforcer", "controller"].flatMap((kind) => [`nv_${kind}_cpu`, `nv_${kind}_memory`]),
      "nv_host_memory",
      "nv_admission_allowed",
      "nv_admission_denied",
      ...["image", "platform", "container"].flatMap((what) => [
        `nv_${what}_vulnerabilityHigh`,
        `nv_${what}_vulnerabilityMedium`,
      ]),
      "nv_log_events",
      "nv_fed_master",
      "nv_fed_worker",
    ].sort(),
  );
});
