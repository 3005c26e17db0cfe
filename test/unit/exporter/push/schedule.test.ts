import { describe, expect, test } from "vitest";
import { afterFailure, type FailedRequest } from "../../../../exporter/src/push/schedule";
import { retryAfterMs } from "../../../../exporter/src/push/sendRequest";

/** Draws nothing: half of each delay. */
const random = { below: () => 0 };
const next = (failures: number, failure: Partial<FailedRequest["failure"]> = {}, untilDueMs = 60_000) =>
  afterFailure({
    ...{ failures, untilDueMs, random },
    failure: { isRetryable: true, retryAfterMs: 0, ...failure },
  });

describe("after a failed request", () => {
  test("the same samples are sent again after a delay that doubles", () => {
    expect([1, 2, 3, 4].map((failures) => next(failures))).toEqual(
      [2500, 5000, 10_000, 20_000].map((waitMs) => ({ waitMs, samples: "same" })),
    );
  });

  test("jitter draws up to the whole delay", () => {
    const highest = { below: (bound: number) => bound };
    const failure = { isRetryable: true, retryAfterMs: 0 };
    expect(afterFailure({ failure, failures: 1, untilDueMs: 60_000, random: highest }).waitMs).toBe(5000);
  });

  test("fresh samples are sent where they are due before the delay ends, which is at most five minutes", () => {
    expect(next(6)).toEqual({ waitMs: 80_000, samples: "fresh" });
    expect(next(100)).toEqual({ waitMs: 150_000, samples: "fresh" });
  });

  test("the receiver's own delay counts where it is longer", () => {
    expect(next(1, { retryAfterMs: 30_000 })).toEqual({ waitMs: 30_000, samples: "same" });
    expect(next(1, { retryAfterMs: 100_000 })).toEqual({ waitMs: 100_000, samples: "fresh" });
    expect(next(4, { retryAfterMs: 1000 })).toEqual({ waitMs: 20_000, samples: "same" });
  });

  test("a refusal is not sent again: fresh samples come when they are due", () => {
    expect(next(1, { isRetryable: false })).toEqual({ waitMs: 60_000, samples: "fresh" });
  });
});

test.each([
  [undefined, 0],
  ["7", 7000],
  ["86400", 3_600_000],
  ["-1", 0],
  ["soon", 0],
  ["soon GMT", 0],
  ["Thu, 01 Jan 1970 00:00:30 GMT", 20_000],
  ["Thu, 01 Jan 1970 00:00:01 GMT", 0],
])("Retry-After: %s means %d ms", (header, ms) => {
  expect(retryAfterMs(header, 10_000)).toBe(ms);
});
