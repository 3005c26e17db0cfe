import type { Api } from "@fedjoin/provider/internal/neuvector";
import { createVirtualClock, toGoJson } from "@fedjoin/simulator";
import { describe, expect, test } from "vitest";
import type { CollectorResult } from "../../../../exporter/src/scrape/scraper";
import type { RenderOptions } from "../../../../exporter/src/scrape/render";
import { renderToString } from "../../../support/renderToString";
import { parseExposition } from "../../../support/parseExposition";
import { sessionOfSize } from "../../../support/sessionOfSize";
import { richBodies } from "../../../support/richData";
import { scraperOf } from "../../../support/scraper";
import { sessionWith } from "../../../support/damagedBodies";
import { virtualClock } from "../../../support/virtualPorts";

const scrape = (session: Api): Promise<readonly CollectorResult[]> =>
  scraperOf(session, virtualClock(createVirtualClock(0))).scrape(60_000).all;
const text = { format: "text", names: "both", maxLabelLength: 1024 } satisfies RenderOptions;
const openmetrics = { ...text, format: "openmetrics" } satisfies RenderOptions;
const MiB = 1024 ** 2;

describe("the exposition's own size", () => {
  test.each([text, openmetrics])("is the number of its bytes, as %j", async (options) => {
    const exposition = await renderToString([], [], options);
    expect(exposition).toContain(`\nnv_scrape_size_bytes ${Buffer.byteLength(exposition)}\n`);
  });

  test("counts its own digits, also where they make it one digit longer", async () => {
    const family = (length: number) => ({
      ...{ name: "nv_x", type: "gauge", help: "x".repeat(length), labelNames: [] },
      samples: [{ labels: {}, value: 1 }],
    });
    const { length } = await renderToString([], [family(1)], text);
    for (const size of [9_998, 9_999, 10_000, 10_001, 10_002]) {
      const exposition = await renderToString([], [family(1 + size - length)], text);
      expect(exposition).toContain(`\nnv_scrape_size_bytes ${exposition.length}\n`);
    }
  });

  test("comes with the limit, if there is one", async () => {
    const limitOf = async (sizeLimitBytes: number) =>
      /^nv_scrape_size_limit_bytes .*$/m.exec(await renderToString([], [], { ...text, sizeLimitBytes }))?.[0];
    expect(await limitOf(16 * MiB)).toBe("nv_scrape_size_limit_bytes 16777216");
    expect(await limitOf(0)).toBeUndefined();
  });
});

test("text and OpenMetrics have the same samples", async () => {
  const results = await scrape(sessionWith(new Map([...richBodies()].map(([path, body]) => [path, toGoJson(body)]))));
  const samplesOf = async (options: RenderOptions) =>
    parseExposition(await renderToString(results, [], options), options.format).filter(
      ({ name }) => name !== "nv_scrape_size_bytes",
    );
  const samples = await samplesOf(text);
  expect(samples.length).toBeGreaterThan(300);
  expect(await samplesOf(openmetrics)).toEqual(samples);
});

describe("at size L (docs/explanation/performance.md#size-of-a-scrape)", () => {
  test("the documented choices keep a scrape below 16 MiB", async () => {
    const results = await scrape(sessionOfSize("L"));
    expect(results.filter(({ error }) => error !== undefined)).toEqual([]);
    const sizeOf = async (names: RenderOptions["names"], isWanted: (collector: string) => boolean = () => true) =>
      Buffer.byteLength(
        await renderToString(
          results.filter(({ collector }) => isWanted(collector)),
          [],
          { ...text, names },
        ),
      );
    const isImages = (collector: string): boolean => collector === "image_vulnerability";
    const [images, others] = [await sizeOf("both", isImages), await sizeOf("both", (name) => !isImages(name))];
    expect(images + others).toBeGreaterThan(16 * MiB);
    for (const size of [images, others, await sizeOf("new")]) expect(size).toBeLessThan(16 * MiB);
  }, 60_000);
});
