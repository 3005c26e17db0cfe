import { expect, test } from "vitest";
import { formatDuration, parseDuration } from "../../../../provider/src/values/duration";

test.each([
  ["30s", 30_000],
  ["10m", 600_000],
  ["1h30m", 5_400_000],
  ["1d2h3m4s", 93_784_000],
  ["0s", 0],
  ["", undefined],
  ["90", undefined],
  ["1.5h", undefined],
  ["30m1h", undefined],
  ["-1s", undefined],
  ["9999999s", undefined],
])("reads %j as %s milliseconds", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  [44_100, "45s"],
  [570_000, "9m30s"],
  [3_900_000, "1h5m"],
])("shows %d milliseconds as %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
