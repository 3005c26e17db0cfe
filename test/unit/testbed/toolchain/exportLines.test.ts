import { expect, test } from "vitest";
import { runCommand } from "@fedjoin/testbed";
import { exportLines } from "../../../testbed/src/toolchain/exportLines";

test("a shell gets every value as it is", async () => {
  const value = `it's "$HOME" \`here\` \\`;
  const lines = exportLines({ SAMPLE: value, OTHER: "x" }, ["SAMPLE", "ABSENT"]);
  const { stdout } = await runCommand("sh", ["-c", `${lines}printf %s "$SAMPLE"`]);
  expect(stdout).toBe(value);
  expect(lines).not.toMatch(/OTHER|ABSENT/);
});
