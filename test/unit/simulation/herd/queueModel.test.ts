import { describe, expect, test } from "vitest";
import { modelHerd, runHerd, type Herd } from "@fedjoin/simulation";

const herd: Herd = {
  sites: 10,
  by: "exporters",
  retry: { maxRetries: 10, initialDelaySeconds: 10, maxDelaySeconds: 300, jitter: "none" },
  latencyMs: 100,
  startWithinMs: 5_000,
  masterBackMs: 60_000,
  kickMs: undefined,
};

describe("the model of the master's queue agrees with the world within 10 %", () => {
  test("when every join finds its turn", async () => {
    const [model, world] = [modelHerd(herd, 1), await runHerd(herd, 1)];
    expect(world).toMatchObject({ joined: 10, wasted: 30, stale: 0 });
    expect(model).toMatchObject({ joined: 10, wasted: 30, stale: 0 });
    expect(differs(model.lastJoinMs ?? 0, world.lastJoinMs ?? 0)).toBeLessThan(0.1);
  });

  test("when joins wait longer than a site does, and leave stale entries", async () => {
    const busy = { ...herd, sites: 60, latencyMs: 1_000, startWithinMs: 1_000 };
    const [model, world] = [modelHerd(busy, 1), await runHerd(busy, 1)];
    expect(world.stale).toBeGreaterThan(0);
    for (const figure of ["joined", "stale", "wasted", "peakQueue"] as const) {
      expect.soft(Math.abs(model[figure] - world[figure]), figure).toBeLessThanOrEqual(Math.max(2, world[figure] / 10));
    }
  });

  test("when one stack joins the sites, one at a time", async () => {
    const stack = { ...herd, by: "stack" } as const;
    const [model, world] = [modelHerd(stack, 1), await runHerd(stack, 1)];
    expect(world).toMatchObject({ joined: 10, wasted: 0, stale: 0, peakQueue: 1 });
    expect(model).toMatchObject({ joined: 10, wasted: 0, stale: 0, peakQueue: 1 });
    expect(differs(model.lastJoinMs ?? 0, world.lastJoinMs ?? 0)).toBeLessThan(0.1);
  });
});

test("a kick of a dead member makes the joins behind it fail, and leaves stale entries", () => {
  const kicked = modelHerd({ ...herd, sites: 100, kickMs: 72_000 }, 1);
  expect(modelHerd({ ...herd, sites: 100 }, 1).stale).toBe(0);
  expect(kicked.stale).toBeGreaterThan(0);
  expect(kicked.joined + kicked.stale).toBe(100);
});

test("a site whose retries run out while the master is away never asks it", () => {
  const figures = modelHerd({ ...herd, retry: { ...herd.retry, maxRetries: 1 } }, 1);
  expect(figures).toEqual({ joined: 0, wasted: 20, peakQueue: 0, stale: 0, lastJoinMs: undefined });
});

function differs(one: number, other: number): number {
  return Math.abs(one - other) / other;
}
