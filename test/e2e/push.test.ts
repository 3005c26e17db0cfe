import { expect, inject, test } from "vitest";
import { comparePush } from "../bench/pushComparison";

test("a Prometheus that receives a push has the series of a scrape, and answers the dashboard alike", async () => {
  const { series, differences, queries, differentQueries } = await comparePush("S", inject("tools").prometheus);
  expect(differences).toEqual([]);
  expect(differentQueries).toEqual([]);
  expect(series).toBeGreaterThan(500);
  expect(queries).toBeGreaterThan(25);
});
