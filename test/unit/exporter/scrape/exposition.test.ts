import fc from "fast-check";
import { expect, test } from "vitest";
import type { ExpositionSample } from "../../../../exporter/src/scrape/sampleWriter";
import { expositionToString } from "../../../support/renderToString";

const labelNames = ["a", "b", "c"];
const write = (labels: readonly ExpositionSample["labels"][], maxLabelLength = 100) =>
  expositionToString(
    [{ name: "m", type: "gauge", help: "h", labelNames, samples: labels.map((each) => ({ labels: each, value: 1 })) }],
    "text",
    maxLabelLength,
  );

test("labels are written in the order of their declaration, absent ones not at all", () => {
  expect(write([{ c: "3", a: "1" }, {}]).text).toBe('# HELP m h\n# TYPE m gauge\nm{a="1",c="3"} 1\nm 1\n');
});

test.each<[ExpositionSample["labels"], ExpositionSample["labels"], number]>([
  // An empty label is an absent one.
  [{ a: "1" }, { a: "1", b: "" }, 1],
  [{ a: "1", c: "3" }, { a: "1", b: "", c: "3" }, 1],
  [{ c: "3" }, { a: "", b: "", c: "3" }, 1],
  [{}, { a: "", b: "" }, 1],
  [{ a: "1" }, { b: "1" }, 2],
  [{ a: '1",b="2' }, { a: "1", b: "2" }, 2],
  [{ a: "", b: "1" }, { a: "1", b: "" }, 2],
])("of %j and %j the number of series is %i", (one, other, count) => {
  expect([write([one, other]).duplicates, write([other, one]).duplicates]).toEqual([2 - count, 2 - count]);
});

test("special characters are escaped, and a pair of surrogates is never cut in two", () => {
  expect(write([{ a: 'b\\"\n' }]).text).toContain('m{a="b\\\\\\"\\n"} 1');
  expect(write([{ a: "x😀" }], 2).text).toContain('m{a="x"} 1');
  expect(write([{ a: "x😀" }], 3).text).toContain('m{a="x😀"} 1');
});

test("values that are the same once they are cut, or once they are text, are one series", () => {
  expect(write([{ a: "abcx" }, { a: "abcy" }, { a: "abc" }, { a: "ab" }], 3)).toEqual({
    text: '# HELP m h\n# TYPE m gauge\nm{a="abc"} 1\nm{a="ab"} 1\n',
    duplicates: 2,
  });
  expect(write([{ a: 12 }, { a: "12" }, { a: 12 }]).duplicates).toBe(2);
});

test("of many series each repeated one is left out, wherever it comes", () => {
  const count = 5000;
  const labels = Array.from({ length: 2 * count }, (_, index) => ({
    a: `pod-${index % count}`,
    b: index % 7 === 0 ? "" : "x",
  }));
  const series = new Set(labels.map(({ a, b }) => `${a}|${b}`));
  const { text, duplicates } = write(labels);
  expect(duplicates).toBe(labels.length - series.size);
  expect(text.match(/^m\{/gm)).toHaveLength(series.size);
});

const anyLabel = fc.oneof(
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.string({ maxLength: 4 }),
  fc.integer(),
  fc.constantFrom("", "a", undefined),
);
const anySample = fc.record({
  suffix: fc.constantFrom("", "_sum"),
  labels: fc.record({ a: anyLabel, b: anyLabel, other: anyLabel }),
  value: fc.oneof(fc.double(), fc.integer()),
});

/** The same text, written with plain strings. */
function writePlainly(name: string, samples: readonly ExpositionSample[], maxLabelLength: number): string {
  const series = new Set<string>();
  const lines = samples.flatMap(({ suffix = "", labels, value }) => {
    const pairs = ["a", "b"].flatMap((label) => {
      const given = labels[label];
      if (given === undefined) return [];
      const cut = `${given}`.toWellFormed().slice(0, maxLabelLength);
      const text = cut.isWellFormed() ? cut : cut.slice(0, -1);
      return [`${label}="${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`];
    });
    const line = `${name}${suffix}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`}`;
    // An empty label is the same as an absent one.
    const id = `${suffix}${pairs.filter((pair) => !pair.endsWith('=""')).join(",")}`;
    if (!Number.isFinite(value) || series.has(id)) return [];
    series.add(id);
    return [`${line} ${value}\n`];
  });
  return lines.length === 0 ? "" : `# HELP ${name} h\n# TYPE ${name} gauge\n${lines.join("")}`;
}

test("any samples give the text that a plain string writer gives", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(anySample), { maxLength: 3 }),
      fc.integer({ min: 1, max: 5 }),
      (families, maxLabelLength) => {
        const given = families.map((samples, index) => ({
          name: `m${index}`,
          type: "gauge",
          help: "h",
          labelNames: ["a", "b"],
          samples,
        }));
        const expected = given.map(({ name, samples }) => writePlainly(name, samples, maxLabelLength)).join("");
        expect(expositionToString(given, "text", maxLabelLength).text).toBe(expected);
      },
    ),
    { numRuns: 500 },
  );
});

test("long expositions come in chunks, and a line that is longer than a chunk comes whole", () => {
  const labels = [
    ...Array.from({ length: 30_000 }, (_, index) => ({ a: `number ${index}` })),
    { a: "ä".repeat(300_000) },
    { a: "last" },
  ];
  const expected = labels.map(({ a }) => `m{a="${a}"} 1\n`).join("");
  expect(write(labels, 1_000_000).text).toBe(`# HELP m h\n# TYPE m gauge\n${expected}`);
});
