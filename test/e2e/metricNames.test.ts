import { beforeAll, expect, inject, test } from "vitest";
import { metricsReference } from "../../exporter/src/reference";
import { expositionToString } from "../support/renderToString";
import { listedComplaints } from "../support/compatibilityPage";
import { checkMetrics, type ObservabilityTools } from "@fedjoin/testbed";

let tools: ObservabilityTools;

beforeAll(() => {
  tools = inject("tools");
});

/** Every documented metric of these names with one series that has all of its labels. */
function allMetrics(names: "old" | "new"): string {
  const families = metricsReference()
    .flatMap((group) => group.metrics)
    .filter((metric) => metric.names === names)
    .map(({ labels, ...metric }) => ({
      ...metric,
      labelNames: labels,
      samples: [{ labels: Object.fromEntries(labels.map((label) => [label, "x"])), value: 1 }],
    }));
  return expositionToString(families, "text", 1024).text;
}

test("promtool finds nothing wrong with the new names", async () => {
  expect(await checkMetrics(tools.promtool, allMetrics("new"))).toEqual([]);
});

test("promtool says of the old names what docs/start/compatibility.md lists", async () => {
  const complaints = await checkMetrics(tools.promtool, allMetrics("old"));
  expect(complaints.toSorted()).toEqual(listedComplaints().toSorted());
});
