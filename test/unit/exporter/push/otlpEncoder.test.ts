import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createOtlpEncoder, type OtlpOptions } from "../../../../exporter/src/push/otlpEncoder";
import type { ExpositionFamily } from "../../../../exporter/src/scrape/exposition";
import { expositionToString } from "../../../support/renderToString";
import { otlpRequest, samplesOfRequests } from "../../../support/otlpSamples";
import { parseExposition } from "../../../support/parseExposition";

const options: OtlpOptions = {
  resource: new Map([["service.name", 'a "job"']]),
  version: "1.2.3",
  startMs: 1_700_000_000_000,
  timeMs: 1_700_000_060_500,
  maxLabelLength: 100,
};

function encode(families: readonly ExpositionFamily[], given: Partial<OtlpOptions> = {}) {
  const encoder = createOtlpEncoder({ ...options, ...given });
  const requests: string[] = [];
  const take = (pieces: Generator<Uint8Array, number>): number => {
    for (;;) {
      const { value, done } = pieces.next();
      if (done === true) return value;
      requests.push(Buffer.from(value).toString());
    }
  };
  const duplicates = take(encoder.write(families));
  take(encoder.end());
  return { requests, duplicates };
}

const family = (type: string, samples: ExpositionFamily["samples"], name = "nv_x"): ExpositionFamily => ({
  ...{ name, type, help: "X.", labelNames: ["a", "b"], samples },
});
const sample = (value: number, labels: Readonly<Record<string, string | number>> = {}) => ({ labels, value });
/** The metrics of the only request, without the size. */
const metricsOf = (families: readonly ExpositionFamily[]) => {
  const { requests } = encode(families);
  expect(requests).toHaveLength(1);
  const [{ scopeMetrics }] = otlpRequest.parse(JSON.parse(requests[0] ?? "")).resourceMetrics;
  return scopeMetrics[0].metrics.filter(({ name }) => name !== "nv_scrape_size_bytes");
};

describe("a request of OTLP/JSON", () => {
  test("has the resource, the scope and each metric in its schema", () => {
    const { requests } = encode([family("gauge", [sample(1.5, { a: "1" })])]);
    const [{ resource, scopeMetrics }] = otlpRequest.parse(JSON.parse(requests[0] ?? "")).resourceMetrics;
    expect(resource.attributes).toEqual([{ key: "service.name", value: { stringValue: 'a "job"' } }]);
    expect(scopeMetrics[0].scope).toEqual({ name: "fedjoin-exporter", version: "1.2.3" });
    expect(scopeMetrics[0].metrics.map(({ name }) => name)).toEqual(["nv_x", "nv_scrape_size_bytes"]);
  });

  test("shows a gauge with the time of the samples", () => {
    expect(metricsOf([family("gauge", [sample(1.5, { a: "1" }), sample(2)])])).toEqual([
      {
        ...{ name: "nv_x", description: "X." },
        gauge: {
          dataPoints: [
            {
              timeUnixNano: "1700000060500000000",
              attributes: [{ key: "a", value: { stringValue: "1" } }],
              asDouble: 1.5,
            },
            { timeUnixNano: "1700000060500000000", asDouble: 2 },
          ],
        },
      },
    ]);
  });

  test("shows a counter as a monotonic cumulative sum with its start", () => {
    expect(metricsOf([family("counter", [sample(3)], "nv_x_total")])).toEqual([
      {
        ...{ name: "nv_x_total", description: "X." },
        sum: {
          ...{ aggregationTemporality: 2, isMonotonic: true },
          dataPoints: [{ startTimeUnixNano: "1700000000000000000", timeUnixNano: "1700000060500000000", asDouble: 3 }],
        },
      },
    ]);
  });

  test("shows a histogram with the counts between its bounds", () => {
    const buckets = [
      ["0.1", 2],
      ["1", 5],
      ["+Inf", 6],
    ] as const;
    const samples = [
      ...buckets.map(([le, value]) => ({ suffix: "_bucket", labels: { le, kind: "major" }, value })),
      { suffix: "_sum", labels: { kind: "major" }, value: 4.5 },
      { suffix: "_count", labels: { kind: "major" }, value: 6 },
    ];
    expect(metricsOf([{ ...family("histogram", samples), labelNames: ["le", "kind"] }])).toEqual([
      {
        ...{ name: "nv_x", description: "X." },
        histogram: {
          aggregationTemporality: 2,
          dataPoints: [
            {
              attributes: [{ key: "kind", value: { stringValue: "major" } }],
              ...{ count: "6", sum: 4.5, explicitBounds: [0.1, 1], bucketCounts: ["2", "3", "1"] },
              ...{ startTimeUnixNano: "1700000000000000000", timeUnixNano: "1700000060500000000" },
            },
          ],
        },
      },
    ]);
  });

  test.each([0, -0.5, 1e21, 1e-7, 2 ** 63, Number.MAX_VALUE, 5e-324])("holds the number %d", (value) => {
    expect(samplesOfRequests(encode([family("gauge", [sample(value)])]).requests)[0]).toMatchObject({ value });
  });

  test("leaves out what is not finite, and a family that has nothing else", () => {
    const samples = [NaN, Infinity, -Infinity].map((value) => sample(value));
    expect(metricsOf([family("gauge", samples)])).toEqual([]);
    expect(metricsOf([family("untyped", [...samples, sample(7)])])).toMatchObject([{ gauge: { dataPoints: [{}] } }]);
  });
});

test("samples that are too many for a request go into further ones, each complete", () => {
  const samples = Array.from({ length: 1000 }, (_, index) => sample(index, { a: `pod ${index}` }));
  const families = ["nv_x", "nv_y"].map((name) => family("gauge", samples, name));
  const { requests } = encode(families, { maxLength: 20_000 });
  expect(requests.length).toBeGreaterThan(5);
  for (const request of requests) expect(request.length).toBeLessThan(22_000);
  const { text } = expositionToString(families, "text", 100);
  const pushed = samplesOfRequests(requests).filter(({ name }) => name !== "nv_scrape_size_bytes");
  expect(pushed).toEqual(parseExposition(text, "text"));
});

const anyLabel = fc.oneof(fc.string({ unit: "binary", maxLength: 6 }), fc.integer(), fc.constantFrom("", "a", '"\n\\'));
const anyFamily = fc.record({
  type: fc.constantFrom("gauge", "counter"),
  samples: fc.array(
    fc.record({ labels: fc.record({ a: anyLabel, b: anyLabel }), value: fc.oneof(fc.double(), fc.integer()) }),
  ),
});

test("any families give the samples that the text gives, and leave out as many", () => {
  fc.assert(
    fc.property(fc.array(anyFamily, { maxLength: 3 }), fc.integer({ min: 1, max: 5 }), (given, maxLabelLength) => {
      const families = given.map(({ type, samples }, index) => family(type, samples, `m${index}`));
      const expected = expositionToString(families, "text", maxLabelLength);
      const { requests, duplicates } = encode(families, { maxLabelLength, maxLength: 300 });
      const pushed = samplesOfRequests(requests).filter(({ name }) => name !== "nv_scrape_size_bytes");
      expect(pushed).toEqual(parseExposition(expected.text, "text"));
      expect(duplicates).toBe(expected.duplicates);
    }),
    { numRuns: 300 },
  );
});
