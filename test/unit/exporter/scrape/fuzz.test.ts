import { NeuVectorError } from "@fedjoin/provider/internal/neuvector";
import { systemClock } from "@fedjoin/provider/internal/system";
import fc from "fast-check";
import { expect, test } from "vitest";
import { renderToString, expositionToString } from "../../../support/renderToString";
import { scraperOf } from "../../../support/scraper";
import { damagedTexts, sessionWith } from "../../../support/damagedBodies";
import { parseExposition } from "../../../support/parseExposition";

test("R9: whatever a controller answers, the exposition is valid and each failure shows in its own group (Q13)", async () => {
  const failed = new Set<string>();
  await fc.assert(
    fc.asyncProperty(damagedTexts, async (texts) => {
      const results = await scraperOf(sessionWith(texts), systemClock).scrape(20_000).all;
      const errors = results.flatMap(({ error }) => error ?? []);
      expect(errors.filter((error) => !(error instanceof NeuVectorError))).toEqual([]);
      const expected = results.map(({ collector, error }) => [collector, error === undefined ? 1 : 0]);
      for (const format of ["text", "openmetrics"] as const) {
        const samples = parseExposition(
          await renderToString(results, [], { format, names: "both", maxLabelLength: 64 }),
          format,
        );
        const successes = samples.filter(({ name }) => name === "nv_scrape_collector_success");
        expect(successes.map(({ labels, value }) => [labels["collector"], value])).toEqual(expected);
        expect(samples.filter(({ value }) => !Number.isFinite(value))).toEqual([]);
      }
      expect({}).not.toHaveProperty("polluted");
      for (const { collector, error } of results) if (error !== undefined) failed.add(collector);
    }),
    { numRuns: 100 },
  );
  // The damage reaches nearly every group.
  expect(failed.size).toBeGreaterThan(10);
}, 60_000);

test("texts that differ only in halves of pairs are one series, since they are one when they arrive", () => {
  const metric = { name: "nv_x", type: "gauge", help: "X.", labelNames: ["a"] };
  const samples = ["\ud800", "\udfff", "\ufffd", "🛡"].map((a, value) => ({ labels: { a }, value }));
  const { text, duplicates } = expositionToString([{ ...metric, samples }], "text", 1024);
  expect(parseExposition(text, "text")).toEqual([
    { name: "nv_x", labels: { a: "\ufffd" }, value: 0 },
    { name: "nv_x", labels: { a: "🛡" }, value: 3 },
  ]);
  expect(duplicates).toBe(2);
});

const gaugeA = "# HELP a A.\n# TYPE a gauge\n";

test.each([
  ["a value that is not a number", `${gaugeA}a one\n`],
  ["no HELP", "# TYPE a gauge\na 1\n"],
  ["no TYPE", "a 1\n"],
  ["a series twice", `${gaugeA}a{b=""} 1\na 1\n`],
  ["a family in two places", `${gaugeA}a 1\n${gaugeA}a 2\n`],
  ["a label twice", `${gaugeA}a{b="1",b="2"} 1\n`],
  ["a wrong escape", `${gaugeA}a{b="\\t"} 1\n`],
  ["a quote in a label", `${gaugeA}a{b="""} 1\n`],
  ["a sample of another family", `${gaugeA}b 1\n`],
  ["a family without samples", gaugeA],
  ["a line that does not end", `${gaugeA}a 1`],
  ["half of a pair", `${gaugeA}a{b="\ud800"} 1\n`],
])("the reader that these tests trust refuses %s", (_, text) => {
  expect(() => parseExposition(text, "text")).toThrow();
});

test("the reader that these tests trust wants the end mark and the names of OpenMetrics", () => {
  const text = "# HELP a A.\n# TYPE a counter\na_total 1\n";
  expect(parseExposition(`${text}# EOF\n`, "openmetrics")).toEqual([{ name: "a_total", labels: {}, value: 1 }]);
  expect(() => parseExposition(text, "openmetrics")).toThrow("end mark");
  expect(() => parseExposition(`${text.replace("a_total", "a")}# EOF\n`, "openmetrics")).toThrow("outside its family");
});
