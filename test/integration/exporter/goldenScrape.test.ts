import type { Clock } from "@fedjoin/provider/internal/neuvector";
import { systemClock } from "@fedjoin/provider/internal/system";
import { beforeAll, describe, expect, test } from "vitest";
import { createJoinMetrics } from "../../../exporter/src/join/joinMetrics";
import { createJoinRecorder } from "../../../exporter/src/join/joinRecorder";
import { toExpositionFamily } from "../../../exporter/src/scrape/exposition";
import { renderToString, expositionToString } from "../../support/renderToString";
import type { CollectorResult } from "../../../exporter/src/scrape/scraper";
import { createSelfMetrics, registryFamilies } from "../../../exporter/src/selfMetrics";
import { scrapedTarget, scrapeOnce } from "../../support/scraper";
import { parseExposition, type ParsedSample } from "../../support/parseExposition";
import { expectedSamples, seriesOf } from "../../support/pythonExporter";
import { emptiedBodies, memberBodies, richBodies, startWith, type Bodies } from "../../support/richData";

/** It stands still, so that no duration and no time of the exporter differs from run to run. */
const clock: Clock = { now: () => Date.UTC(2026, 10, 24), sleep: (ms, signal) => systemClock.sleep(ms, signal) };

/** What the exporter says of itself, without what differs from run to run: `process_` and `nodejs_`. */
async function ownFamilies() {
  const { registry } = createSelfMetrics({ version: "0.1.0", revision: "", nodeVersion: "v22" });
  createJoinRecorder(clock, createJoinMetrics(registry));
  return (await registryFamilies(registry)).filter(({ name }) => name.startsWith("nv_"));
}

async function scrape(bodies: Bodies): Promise<readonly CollectorResult[]> {
  const site = await startWith(bodies);
  try {
    return await scrapeOnce(site, clock);
  } finally {
    await site.close();
  }
}

const bothNames = { format: "text", names: "both", maxLabelLength: 1024 } as const;

/** An exposition without its own size, which each change of another metric changes. */
const withoutSize = (text: string): string => text.replace(/^nv_scrape_size_bytes \d+$/m, "nv_scrape_size_bytes 0");

function oldSamples(results: readonly CollectorResult[]): readonly ParsedSample[] {
  const families = results.flatMap((result) => result.families).filter(({ metric }) => metric.names === "old");
  return parseExposition(expositionToString(families.map(toExpositionFamily), "text", 1024).text, "text");
}

const byName = (samples: readonly ParsedSample[]): ReadonlyMap<string, number> =>
  new Map(samples.map((sample) => [seriesOf(sample), sample.value]));

describe("a rich cluster", () => {
  let results: readonly CollectorResult[];
  beforeAll(async () => {
    results = await scrape(richBodies());
  });

  test.each([
    ["text", "prom"],
    ["openmetrics", "om"],
  ] as const)("R16: the whole exposition as %s, with each kind of names (`-u` writes it)", async (format, end) => {
    for (const names of ["old", "new", "both"] as const) {
      const text = await renderToString(results, await ownFamilies(), { format, names, maxLabelLength: 1024 });
      expect(() => parseExposition(text, format)).not.toThrow();
      await expect(withoutSize(text)).toMatchFileSnapshot(`../../fixtures/golden/rich.${names}.${end}`);
    }
  });

  test("R16: no group fails, whatever is null, missing, huge or hostile", () => {
    expect(results.flatMap(({ collector, error }) => (error === undefined ? [] : [[collector, error]]))).toEqual([]);
  });

  test("R16: the old names show what the Python exporter is documented to show, series for series", () => {
    const expected = expectedSamples(richBodies(), scrapedTarget);
    expect(new Set(expected.map(({ name }) => name)).size).toBe(27);
    expect(byName(oldSamples(results))).toEqual(byName(expected));
  });
});

test("R16: a member shows its own side of the federation, in the old names series for series", async () => {
  const results = await scrape(memberBodies());
  const samples = oldSamples(results);
  expect(byName(samples)).toEqual(byName(expectedSamples(memberBodies(), scrapedTarget)));
  expect(samples.filter(({ name }) => name.startsWith("nv_fed_"))).toMatchObject([{ name: "nv_fed_worker", value: 1 }]);
  const federation = results.filter(({ collector }) => collector === "federation");
  const text = await renderToString(federation, [], bothNames);
  await expect(withoutSize(text)).toMatchFileSnapshot("../../fixtures/golden/member.both.prom");
});

describe.each([
  ["null in place of every list and text", "emptied", emptiedBodies],
  ["no field in any answer", "missing", () => new Map([...richBodies().keys()].map((path) => [path, {}] as const))],
] as const)("a cluster with %s", (_, file, bodies) => {
  test("R9: the whole exposition, with the groups that fail and why (`-u` writes it again)", async () => {
    const text = await renderToString(await scrape(bodies()), [], bothNames);
    expect(() => parseExposition(text, "text")).not.toThrow();
    await expect(withoutSize(text)).toMatchFileSnapshot(`../../fixtures/golden/${file}.both.prom`);
  });
});
