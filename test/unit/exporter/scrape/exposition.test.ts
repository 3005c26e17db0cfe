import { expect, test } from "vitest";
import type { ExpositionSample } from "../../../../exporter/src/scrape/exposition";
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

test.each([
  [{ a: "1" }, { a: "1", b: "" }],
  [
    { a: "1", c: "3" },
    { a: "1", b: "", c: "3" },
  ],
  [{ c: "3" }, { a: "", b: "", c: "3" }],
  [{}, { a: "", b: "" }],
])("%j and %j are one series, since an empty label is an absent one", (one, other) => {
  expect(write([one, other]).duplicates).toBe(1);
  expect(write([other, one]).duplicates).toBe(1);
});

test.each([
  [{ a: "1" }, { b: "1" }],
  [{ a: '1",b="2' }, { a: "1", b: "2" }],
  [
    { a: "", b: "1" },
    { a: "1", b: "" },
  ],
])("%j and %j are two series", (one, other) => {
  expect(write([one, other]).duplicates).toBe(0);
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
