import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { writeFiles } from "../../../../provider/src/system/writeFiles";
import { test } from "../../../support/fixtures";

test("writes files for their owner alone, and replaces one that may be", async ({ folder }) => {
  const [made, old] = [join(folder, "made"), join(folder, "old")];
  writeFileSync(old, "a longer text than the new one");
  await writeFiles([
    { path: made, text: "made", overwrite: false },
    { path: old, text: "new", overwrite: true },
  ]);
  expect([readFileSync(made, "utf8"), readFileSync(old, "utf8")]).toEqual(["made", "new"]);
  expect(statSync(made).mode & 0o777).toBe(0o600);
});

test.for([
  ["that exists", "precious", "EEXIST"],
  ["in a folder that does not", "nowhere/file", "ENOENT"],
] as const)("writes nothing if one of them is a file %s", async ([, name, code], { folder }) => {
  const [made, old, precious] = [join(folder, "made"), join(folder, "old"), join(folder, "precious")];
  writeFileSync(old, "old");
  writeFileSync(precious, "precious");
  const path = join(folder, name);
  const writing = writeFiles([
    { path: made, text: "made", overwrite: true },
    { path: old, text: "new", overwrite: true },
    { path, text: "new", overwrite: false },
  ]);
  await expect(writing).rejects.toMatchObject({ code, path });
  expect([existsSync(made), readFileSync(old, "utf8"), readFileSync(precious, "utf8")]).toEqual([
    ...[false, "old", "precious"],
  ]);
});

test("writes to what is no file, such as a pipe or a terminal", async () => {
  await expect(writeFiles([{ path: "/dev/null", text: "gone", overwrite: true }])).resolves.toBeUndefined();
});
