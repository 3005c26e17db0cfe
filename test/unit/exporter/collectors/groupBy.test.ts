import { expect, test } from "vitest";
import { TupleMap } from "../../../../exporter/src/collectors/groupBy";

test("each combination of texts has one value, in the order of their first request", () => {
  const counts = new TupleMap<{ readonly of: string; count: number }>();
  for (const text of ["b|1", "a|1", "b|1", "a|", "|a"]) {
    counts.getOrCreate(text.split("|"), () => ({ of: text, count: 0 })).count++;
  }
  expect(counts.values().map(({ of, count }) => [of, count])).toEqual([
    ...Object.entries({ "b|1": 2, "a|1": 1, "a|": 1, "|a": 1 }),
  ]);
});
