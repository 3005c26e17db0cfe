import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createPatience } from "../../../testbed/src/toolchain/patience";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("all failed downloads together may wait for the budget", () => {
  const patience = createPatience(10_000);
  const first = patience.begin();
  vi.advanceTimersByTime(7_000);
  expect(first.signal.aborted).toBe(false);
  first.end("failed");

  const second = patience.begin();
  vi.advanceTimersByTime(2_999);
  expect(second.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(second.signal.aborted).toBe(true);
  second.end("failed");

  expect(patience.begin().signal.aborted).toBe(true);
});

test("a download that progresses is not ended, and one that succeeds costs nothing", () => {
  const patience = createPatience(10_000);
  const slow = patience.begin();
  for (let part = 0; part < 10; part += 1) {
    vi.advanceTimersByTime(9_000);
    slow.progress();
  }
  vi.advanceTimersByTime(9_000);
  expect(slow.signal.aborted).toBe(false);
  slow.end("succeeded");

  const next = patience.begin();
  vi.advanceTimersByTime(9_999);
  expect(next.signal.aborted).toBe(false);
});

test("a download that stalls costs the time since its last progress", () => {
  const patience = createPatience(10_000);
  const stalled = patience.begin();
  vi.advanceTimersByTime(9_000);
  stalled.progress();
  vi.advanceTimersByTime(4_000);
  stalled.end("failed");

  const next = patience.begin();
  vi.advanceTimersByTime(5_999);
  expect(next.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(next.signal.aborted).toBe(true);
});
