import { systemClock } from "@fedjoin/provider/system";
import fc from "fast-check";
import { beforeAll, expect, inject, test } from "vitest";

import { renderToString } from "../support/renderToString";
import { scraperOf } from "../support/scraper";
import { damagedTexts, sessionWith } from "../support/damagedBodies";
import { checkMetrics, type ObservabilityTools } from "@fedjoin/testbed";

let tools: ObservabilityTools;

beforeAll(() => {
  tools = inject("tools");
});

test("Q13: promtool reads whatever the exporter makes of damaged answers, and finds no series twice", async () => {
  await fc.assert(
    fc.asyncProperty(damagedTexts, async (texts) => {
      const results = await scraperOf(sessionWith(texts), systemClock).scrape(20_000).all;
      const text = await renderToString(results, [], { format: "text", names: "both", maxLabelLength: 64 });
      const complaints = await checkMetrics(tools.promtool, text);
      expect(complaints.filter((line) => !line.includes("camelCase"))).toEqual([]);
    }),
    { numRuns: 25, endOnFailure: true },
  );
});

test("promtool would find a series twice", async () => {
  const twice = '# HELP nv_x X.\n# TYPE nv_x gauge\nnv_x{a="1"} 1\nnv_x{a="1"} 2\n';
  expect(await checkMetrics(tools.promtool, twice)).not.toEqual([]);
});
