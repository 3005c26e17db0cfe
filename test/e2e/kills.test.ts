import { randomInt } from "node:crypto";
import { expect, inject, test } from "vitest";
import { runKills } from "../crash/killRun";
import { sampleSizes } from "../crash/sampleSizes";

const seed = randomInt(1_000_000);

test(`killed at any request of an operation, the next run makes the site a member once (seed ${seed})`, async () => {
  const { kills, violations } = await runKills({
    tools: inject("tools"),
    worlds: sampleSizes.killWorlds,
    seed,
    say: () => undefined,
  });
  expect(violations).toEqual([]);
  expect(kills).toBeGreaterThan(0);
});
