import { expect, test } from "vitest";
import { TupleMap } from "../../../../exporter/src/collectors/groupBy";

test("each combination of texts has one, in the order in which they were first asked for", () => {
  const counts = new TupleMap<{ readonly of: string; count: number }>();
  const count = (...values: string[]) => counts.getOrCreate(values, () => ({ of: values.join("|"), count: 0 })).count++;
  for (const values of [
    ["b", "1"],
    ["a", "1"],
    ["b", "1"],
    ["a", ""],
    ["", "a"],
  ]) {
    count(...values);
  }
  expect(counts.values()).toEqual([
    { of: "b|1", count: 2 },
    { of: "a|1", count: 1 },
    { of: "a|", count: 1 },
    { of: "|a", count: 1 },
  ]);
});
