import {
  applyJitter,
  backoffSeconds,
  defaultRetryPolicy,
  withRetry,
  type RetryContext,
  type RetryNotice,
} from "../../../../provider/src/federation/retry";
import { NeuVectorError } from "@fedjoin/provider/neuvector";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createInstantClock } from "../../../support/instantClock";

const random = { below: () => 0 };

function context(overrides: Partial<RetryContext> = {}): RetryContext & { notices: RetryNotice[] } {
  const notices: RetryNotice[] = [];
  return {
    policy: defaultRetryPolicy,
    clock: createInstantClock(),
    random,
    notices,
    onRetry: (notice) => notices.push(notice),
    ...overrides,
  };
}

const fails = (kind: ConstructorParameters<typeof NeuVectorError>[0]) => () =>
  Promise.reject(new NeuVectorError(kind, "it failed"));

describe("R8: backoff", () => {
  test("is 10, 20, 40, 80, 160, 300, 300 seconds by default", () => {
    const delays = [0, 1, 2, 3, 4, 5, 6].map((retry) => backoffSeconds(defaultRetryPolicy, retry));
    expect(delays).toEqual([10, 20, 40, 80, 160, 300, 300]);
  });

  test("never exceeds its cap and never shrinks", () => {
    fc.assert(
      fc.property(fc.nat({ max: 2000 }), fc.double({ min: 0.01, max: 100, noNaN: true }), (retry, initial) => {
        const policy = { ...defaultRetryPolicy, initialDelaySeconds: initial };
        const delay = backoffSeconds(policy, retry);
        expect(delay).toBeLessThanOrEqual(300);
        expect(backoffSeconds(policy, retry + 1)).toBeGreaterThanOrEqual(delay);
      }),
    );
  });

  test("jitter stays between its floor and the delay", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999 }), (step) => {
        const drawn = { below: () => step };
        expect(applyJitter(10, "full", drawn)).toBeGreaterThanOrEqual(0);
        expect(applyJitter(10, "full", drawn)).toBeLessThan(10);
        expect(applyJitter(10, "equal", drawn)).toBeGreaterThanOrEqual(5);
        expect(applyJitter(10, "equal", drawn)).toBeLessThan(10);
        expect(applyJitter(10, "none", drawn)).toBe(10);
      }),
    );
  });

  test("retries at most 10 times, waiting the whole sequence", async () => {
    let attempts = 0;
    const given = context();
    const run = withRetry(given, () => {
      attempts++;
      return fails("network")();
    });
    await expect(run).rejects.toThrow("it failed");
    expect(attempts).toBe(11);
    expect(given.notices.map(({ delaySeconds }) => delaySeconds)).toEqual([
      10, 20, 40, 80, 160, 300, 300, 300, 300, 300,
    ]);
    expect(given.clock.now()).toBe(1_810_000);
  });
});

test("an error that is not retryable is tried once", async () => {
  for (const kind of ["forbidden", "locked_out", "tls", "name_taken"] as const) {
    const given = context();
    await expect(withRetry(given, fails(kind))).rejects.toMatchObject({ kind });
    expect(given.notices).toEqual([]);
  }
});

test("our own exception is never retried", async () => {
  const given = context();
  await expect(withRetry(given, () => Promise.reject(new TypeError("bug")))).rejects.toThrow(TypeError);
  expect(given.notices).toEqual([]);
});

test("no attempt begins after the deadline", async () => {
  const given = context({ deadlineMs: 35_000 });
  await expect(withRetry(given, fails("busy"))).rejects.toMatchObject({ kind: "busy" });
  expect(given.notices.map(({ delaySeconds }) => delaySeconds)).toEqual([10, 20]);
});

test("a longer Retry-After is honoured up to the cap", async () => {
  const answers = [5, 60, 4000];
  const given = context();
  const run = withRetry(given, () => {
    const retryAfterSeconds = answers.shift();
    if (retryAfterSeconds === undefined) return Promise.resolve("done");
    return Promise.reject(new NeuVectorError("server_error", "x", { status: 503, retryAfterSeconds }));
  });
  await expect(run).resolves.toBe("done");
  expect(given.notices.map(({ delaySeconds }) => delaySeconds)).toEqual([10, 60, 300]);
});

test("a cancelled wait ends at once", async () => {
  const controller = new AbortController();
  const given = context({
    signal: controller.signal,
    onRetry: () => {
      controller.abort();
    },
  });
  await expect(withRetry(given, fails("network"))).rejects.toMatchObject({ kind: "cancelled" });
});
