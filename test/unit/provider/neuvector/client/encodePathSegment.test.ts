import { NeuVectorError } from "@fedjoin/provider/internal/neuvector";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodePathSegment } from "../../../../../provider/src/neuvector/rest/encodePathSegment";

/** The path that really goes out: as the URL of a request reads it. */
const sent = (path: string): string => new URL(`https://controller:10443${path}`).pathname;

test.each(["", ".", ".."])('a name that would change the path is refused: "%s"', (name) => {
  expect(() => encodePathSegment(name)).toThrow(NeuVectorError);
  expect(() => encodePathSegment(name)).toThrow(/errors\.md#unusable_name$/);
});

test.each([
  ["%2e%2e", "%252e%252e"],
  ["...", "..."],
  ["../..", "..%2F.."],
  ["a/b", "a%2Fb"],
  ["a\\b", "a%5Cb"],
  ["a?b", "a%3Fb"],
  ["a#b", "a%23b"],
  ["a;b", "a%3Bb"],
  ["\t", "%09"],
  ["\ud800", "%EF%BF%BD"],
])("%s is %s", (name, part) => {
  expect(encodePathSegment(name)).toBe(part);
});

test("any other name stays one part of the path, and can be read from it", () => {
  const name = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: fc.constantFrom(".", "/", "\\", "%", "2", "e", "E", "?", "#", ";", ":", "@", " ", "\t", "ü") }),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(
      name.filter((each) => !["", ".", ".."].includes(each)),
      (each) => {
        const path = `/v1/scan/registry/${encodePathSegment(each)}/images`;
        expect(sent(path)).toBe(path);
        expect(decodeURIComponent(path.split("/")[4] ?? "")).toBe(each.toWellFormed());
      },
    ),
  );
});
