import { checkConformance } from "@fedjoin/simulation/conformance";
import { expect, inject, test } from "vitest";

test.each([
  ["commands of all kinds", { seeds: [1, 2, 3, 4, 6, 7], length: 2 }],
  ["pulumi import --file", { seeds: [1, 2], length: 0, imports: true }],
])("%s: the same provider calls and states on the model of the engine and on the CLI", async (_what, histories) => {
  const found: string[] = [];
  const report = (seed: number, difference: string | undefined) => {
    if (difference !== undefined) found.push(`seed ${seed}: ${difference}`);
  };
  await checkConformance({ tools: inject("tools"), ...histories, report });
  expect(found).toEqual([]);
});
