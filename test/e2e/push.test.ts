import { expect, inject, test } from "vitest";
import { comparePush } from "../bench/pushComparison";
import { withPushTestbed } from "../bench/pushTestbed";

test("a Prometheus that receives a push has the series of a scrape, and answers the dashboard alike", async () => {
  const compared = await withPushTestbed("S", inject("tools"), comparePush);
  expect(compared.differences).toEqual([]);
  expect(compared.differentQueries).toEqual([]);
  expect(compared.series).toBeGreaterThan(500);
  expect(compared.queries).toBeGreaterThan(25);
});
