import { checkConformance } from "@fedjoin/simulation/conformance";
import { expect, inject, test } from "vitest";

test("histories have the same provider calls and states on the model of the engine and on the CLI", async () => {
  const tools = inject("tools");
  const found: string[] = [];
  const report = (seed: number, difference: string | undefined) => {
    if (difference !== undefined) found.push(`seed ${seed}: ${difference}`);
  };
  await checkConformance({ tools, seeds: [1, 2, 3, 4, 6, 7], length: 2, report });
  expect(found).toEqual([]);
});
