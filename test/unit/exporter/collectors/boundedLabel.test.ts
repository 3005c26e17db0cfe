import { expect, test } from "vitest";
import { createLabelBound, knownOrOther } from "../../../../exporter/src/collectors/boundedLabel";

test("a bound keeps the first values for good, and calls later and empty ones other", () => {
  const bound = createLabelBound(2);
  expect(["a", "", "b", "c", "a", "b", "c"].map(bound)).toEqual(["a", "other", "b", "other", "a", "b", "other"]);
});

test("a value that is not known is other", () => {
  expect(["a", "A", ""].map((value) => knownOrOther(["a"], value))).toEqual(["a", "other", "other"]);
});
