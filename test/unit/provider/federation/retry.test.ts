import {
  applyJitter,
  backoffSeconds,
  defaultRetryPolicy,
  withRetry,
  type RetryContext,
} from "../../../../provider/src/federation/retry";
import { NeuVectorError, type ErrorKind } from "@fedjoin/provider/internal/neuvector";
import { createVirtualClock } from "@fedjoin/simulator";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { virtualClock } from "../../../support/virtualPorts";

/** Runs `attempt` with retries until its end; gives the delays in between, and how often it was called. */
async function retried(attempt: (count: number) => Promise<unknown>, over: Partial<RetryContext> = {}) {
  const clock = createVirtualClock(0);
  const delays: number[] = [];
  let attempts = 0;
  const context: RetryContext = {
    policy: defaultRetryPolicy,
    clock: virtualClock(clock),
    random: { below: () => 0 },
    onRetry: ({ delaySeconds }) => delays.push(delaySeconds),
    ...over,
  };
  const end = await clock.advanceUntil(withRetry(context, () => attempt(++attempts)).catch((error: unknown) => error));
  return { end, delays, attempts, tookMs: clock.now() };
}
const fails =
  (kind: ErrorKind, details = {}) =>
  () =>
    Promise.reject(new NeuVectorError(kind, "it failed", details));

describe("R8: backoff", () => {
  test("retries at most 10 times by default, waiting the whole sequence", async () => {
    const { end, delays, attempts, tookMs } = await retried(fails("network"));
    expect(end).toMatchObject({ kind: "network" });
    expect(delays).toEqual([10, 20, 40, 80, 160, 300, 300, 300, 300, 300]);
    expect([attempts, tookMs]).toEqual([11, 1_810_000]);
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
        const drawn = (jitter: "none" | "full" | "equal") => applyJitter(10, jitter, { below: () => step });
        for (const [jitter, floor] of [
          ["full", 0],
          ["equal", 5],
        ] as const) {
          expect(drawn(jitter)).toBeGreaterThanOrEqual(floor);
          expect(drawn(jitter)).toBeLessThan(10);
        }
        expect(drawn("none")).toBe(10);
      }),
    );
    const least = { below: () => 0 };
    expect([applyJitter(10, "full", least), applyJitter(10, "equal", least)]).toEqual([0, 5]);
  });
});

test.each<ErrorKind>(["forbidden", "locked_out", "tls", "name_taken"])("%s is tried once", async (kind) => {
  expect(await retried(fails(kind))).toMatchObject({ end: { kind }, delays: [], attempts: 1 });
});

test("our own exception is never retried", async () => {
  const { end, attempts } = await retried(() => Promise.reject(new TypeError("bug")));
  expect([end instanceof TypeError, attempts]).toEqual([true, 1]);
});

test("no attempt begins after the deadline", async () => {
  const busy = fails("busy");
  expect(await retried(busy, { deadlineMs: 35_000 })).toMatchObject({ end: { kind: "busy" }, delays: [10, 20] });
  expect(await retried(fails("busy"), { deadlineMs: 30_000 })).toMatchObject({ delays: [10] });
  expect(await retried(fails("busy"), { deadlineMs: 30_001 })).toMatchObject({ delays: [10, 20] });
});

test("a notice counts the retries from 1, and is optional", async () => {
  const retries: number[] = [];
  await retried(fails("busy"), { deadlineMs: 35_000, onRetry: ({ retry }) => retries.push(retry) });
  expect(retries).toEqual([1, 2]);
  expect(await retried(fails("busy"), { deadlineMs: 35_000, onRetry: undefined })).toMatchObject({ attempts: 3 });
});

test("a longer Retry-After is honoured up to the cap", async () => {
  const answers = [5, 60, 4000];
  const { end, delays } = await retried((count) => {
    const retryAfterSeconds = answers[count - 1];
    return retryAfterSeconds === undefined ? Promise.resolve("done") : fails("server_error", { retryAfterSeconds })();
  });
  expect([end, delays]).toEqual(["done", [10, 60, 300]]);
});

test("a cancelled wait ends at once", async () => {
  const controller = new AbortController();
  const onRetry = (): void => {
    controller.abort();
  };
  expect(await retried(fails("network"), { signal: controller.signal, onRetry })).toMatchObject({
    ...{ end: { kind: "cancelled" }, tookMs: 0 },
  });
});

test("nothing is attempted after a cancellation", async () => {
  const signal = AbortSignal.abort();
  expect(await retried(fails("network"), { signal })).toMatchObject({ end: { kind: "cancelled" }, attempts: 0 });
});
