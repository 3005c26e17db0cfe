import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { moduleFolder } from "../../../testbed/src/toolchain/cache";
import { rejectReason } from "../../../testbed/src/toolchain/locateTool";
import { prometheus } from "../../../testbed/src/toolchain/tools";

describe("Prometheus with promtool", () => {
  test("is one module of two binaries, each acting as the program of its name", async () => {
    const goMod = await readFile(join(moduleFolder(prometheus), "go.mod"), "utf8");
    expect(prometheus.programs.map(({ name, binary }) => [name, binary])).toEqual([
      ["prometheus", "prometheus"],
      ["promtool", "promtool"],
    ]);
    for (const { binary } of prometheus.programs) {
      const goPackage = prometheus.build.binaries[binary];
      expect(goMod).toMatch(new RegExp(`^\\t?(tool )?${String(goPackage)}$`, "m"));
    }
  });

  test.each([
    ["2.53.4", "/usr/bin/it is 2.53.4"],
    ["3.0.0", undefined],
    ["3.13.1", undefined],
    ["4.0.0", "/usr/bin/it is 4.0.0"],
  ])("is taken from PATH in any release of version 3: %s", (version, problem) => {
    for (const program of prometheus.programs) {
      expect(rejectReason(program, { path: "/usr/bin/it", version, missingFiles: [] })).toBe(problem);
    }
  });
});
