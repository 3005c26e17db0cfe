import { describe, expect, test } from "vitest";

import { rejectReason } from "../../../testbed/src/toolchain/locateTool";
import { pulumi, type Program } from "../../../testbed/src/toolchain/tools";
import { installHint } from "../../../testbed/src/toolchain/installHint";

const program: Program = {
  name: "pulumi",
  binary: "pulumi",
  args: [],
  versionArgs: ["version"],
  accepts: { atLeast: "3.259.0", below: "4.0.0" },
  needsBeside: ["pulumi-language-nodejs"],
};
const seen = { path: "/usr/bin/pulumi", version: "3.260.1", missingFiles: [] };

describe("a program on PATH", () => {
  test("is taken when its version fits and its companions lie beside it", () => {
    expect(rejectReason(program, seen)).toBeUndefined();
  });

  test.each([
    ["absent", undefined, "there is none"],
    ["mute", { ...seen, version: undefined }, "/usr/bin/pulumi does not tell its version"],
    ["too old", { ...seen, version: "3.100.0" }, "/usr/bin/pulumi is 3.100.0"],
    ["too new", { ...seen, version: "4.0.0" }, "/usr/bin/pulumi is 4.0.0"],
    [
      "alone",
      { ...seen, missingFiles: ["pulumi-language-nodejs"] },
      "/usr/bin/pulumi has no pulumi-language-nodejs beside it",
    ],
  ])("is refused when it is %s", (_how, sighting, words) => {
    expect(rejectReason(program, sighting)).toBe(words);
  });
});

describe("whatToInstall", () => {
  test("says all that is missing in one message", () => {
    const other = { ...pulumi, title: "other tool", version: "1.0.0" };
    const missing = [
      { tool: pulumi, wanted: ["pulumi >=3.259.0 (there is none)"] },
      { tool: other, wanted: ["one", "two"] },
    ];
    expect(installHint(missing, "1.25.3").split("\n")).toEqual([
      "Missing: pulumi CLI 3.259.0, other tool 1.0.0.",
      expect.stringContaining("Install Go 1.26.0 or newer (go on PATH is 1.25.3)"),
      expect.any(String),
      "  - pulumi >=3.259.0 (there is none)",
      "  - one",
      "  - two",
    ]);
    expect(installHint(missing, undefined)).toContain("there is no go on PATH");
  });
});
