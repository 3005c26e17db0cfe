import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { isInRange, rangeText, versionIn } from "../../../testbed/src/toolchain/versions";

describe("versionIn", () => {
  test.each([
    ["v3.259.0\n", "3.259.0"],
    ["etcd Version: 3.6.8\nGit SHA: 0.0.1", "3.6.8"],
    ["Kubernetes v1.36.3", "1.36.3"],
    ["prometheus, version 3.13.1 (branch: , revision: unknown)", "3.13.1"],
    ["go1.26", "1.26.0"],
    ["go1.27rc1", "1.27.0"],
    ["v3.260.0-dev.0", "3.260.0"],
    ["command not found", undefined],
  ])("finds the version in %j", (text, version) => {
    expect(versionIn(text)).toBe(version);
  });
});

describe("isInRange", () => {
  const range = { atLeast: "3.259.0", below: "4.0.0" };

  test.each([
    ["3.258.9", false],
    ["3.259.0", true],
    ["3.1000.0", true],
    ["4.0.0", false],
    ["10.0.0", false],
  ])("%s: %s", (version, inside) => {
    expect(isInRange(version, range)).toBe(inside);
  });

  test("compares numbers, not digits, at every place", () => {
    const place = fc.nat(2_000);
    const version = fc.tuple(place, place, place);
    fc.assert(
      fc.property(version, version, (left, right) => {
        const difference = left.map((part, at) => part - (right[at] ?? 0)).find((part) => part !== 0) ?? 0;
        const from = { atLeast: right.join("."), below: "9999.0.0" };
        expect(isInRange(left.join("."), from)).toBe(difference >= 0);
      }),
    );
  });

  test("is written as in package managers", () => {
    expect(rangeText(range)).toBe(">=3.259.0 <4.0.0");
  });
});
