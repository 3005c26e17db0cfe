import { randomInt } from "node:crypto";
import { expect, inject, test } from "vitest";
import { runActors } from "../crash/actorRun";
import { sampleSizes } from "../crash/sampleSizes";

const seed = randomInt(1_000_000);

test(`two stacks, a watching exporter, a killed run and its successor share a membership (seed ${seed})`, async () => {
  const { rounds } = sampleSizes;
  const say = (): void => undefined;
  const result = await runActors({ tools: inject("tools"), rounds, worlds: rounds, seed, say });
  expect(result).toMatchObject({ rounds, violations: [] });
});
