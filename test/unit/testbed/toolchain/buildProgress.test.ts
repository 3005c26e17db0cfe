import { describe, expect, test } from "vitest";
import { secondsLeft, timeLeft } from "../../../testbed/src/toolchain/buildProgress";
import { garbageCollection } from "../../../testbed/src/toolchain/goBuild";

const build = (coreSeconds: number, compiled = 0, isFinished = false) => ({ coreSeconds, compiled, isFinished });

describe("the time that is left", () => {
  test("before anything is measured, follows from the number of cores", () => {
    expect(secondsLeft([build(300), build(900)], 0, 2)).toBe(600);
    expect(secondsLeft([build(300, 0.05), build(900)], 60, 2)).toBe(592.5);
  });

  test("then follows from the pace of this machine", () => {
    expect(secondsLeft([build(300, 0.5), build(900)], 300, 2)).toBe(2100);
    expect(secondsLeft([build(300, 1, true), build(900, 0.5)], 750, 2)).toBe(450);
  });

  test("does not count what a finished build took from Go's cache", () => {
    expect(secondsLeft([build(300, 0.5, true), build(900)], 150, 2)).toBe(900);
    expect(secondsLeft([build(300, 0, true), build(900)], 1, 2)).toBe(450);
  });

  test.each([
    [20, "less than a minute left"],
    [70, "about 1 minute left"],
    [700, "about 12 minutes left"],
  ])("%d s reads as %s", (seconds, words) => {
    expect(timeLeft(seconds)).toBe(words);
  });
});

test("Go collects garbage as usual where memory is short", () => {
  const gibibyte = 2 ** 30;
  expect(garbageCollection(16 * gibibyte, 3)).toEqual({ GOGC: "off", GOMEMLIMIT: "2863311530B" });
  expect(garbageCollection(8 * gibibyte, 9)).toEqual({});
});
