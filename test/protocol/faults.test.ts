import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { runFaults } from "../crash/faultRun";
import { sampleSizes } from "../crash/sampleSizes";

const seed = randomInt(1_000_000);

test(
  `a fault at any request has a message with a hint, and a second run heals it (seed ${seed})`,
  { timeout: 300_000 },
  async () => {
    const cells = sampleSizes.faults;
    const result = await runFaults({ worlds: cells / 2, seed, cells, say: () => undefined });
    expect(result).toMatchObject({ cells, violations: [] });
  },
);
