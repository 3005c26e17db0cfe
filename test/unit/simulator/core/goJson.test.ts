import * as fc from "fast-check";
import { expect, it } from "vitest";
import { toGoJson } from "../../../simulator/src/core/goJson";

it("sorts keys at every depth and keeps the order of lists", () => {
  expect(toGoJson({ b: [2, { d: null, c: "x" }], a: true })).toBe('{"a":true,"b":[2,{"c":"x","d":null}]}');
});

it("writes numbers beyond the safe integers in full", () => {
  expect(toGoJson({ expiry: 9_223_372_036_854_775_807n })).toBe('{"expiry":9223372036854775807}');
});

it("reads back as the same value", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
      expect(JSON.parse(toGoJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
