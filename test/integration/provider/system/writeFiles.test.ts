import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { checkWritable, writeFiles } from "../../../../provider/src/system/writeFiles";
import { test } from "../../../support/fixtures";

test("writes files for their owner alone, and leaves no other file", async ({ folder }) => {
  const [made, old] = [join(folder, "made"), join(folder, "old")];
  writeFileSync(old, "a longer text than the new one", { mode: 0o644 });
  const files = [
    { path: made, text: "made" },
    { path: old, text: "new" },
  ];
  await writeFiles(files, true);
  expect(files.map(({ path }) => readFileSync(path, "utf8"))).toEqual(["made", "new"]);
  expect(files.map(({ path }) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600]);
  expect(readdirSync(folder)).toEqual(["made", "old"]);
});

describe.for([
  ["that exists", "precious", false, "EEXIST"],
  ["in a folder that does not exist", "nowhere/file", true, "ENOENT"],
  ["that is a folder", "some", true, "EISDIR"],
  ["in a file", "precious/file", true, "ENOTDIR"],
] as const)("a file %s", ([, name, overwrite, code]) => {
  test("is refused, and nothing is written", async ({ folder }) => {
    writeFileSync(join(folder, "precious"), "precious");
    mkdirSync(join(folder, "some"));
    const [made, path] = [join(folder, "made"), join(folder, name)];
    await expect(checkWritable([made, path], overwrite)).rejects.toMatchObject({ code, path });
    const files = [made, path].map((each) => ({ path: each, text: "new" }));
    await expect(writeFiles(files, overwrite)).rejects.toMatchObject({ code, path });
    expect(readFileSync(join(folder, "precious"), "utf8")).toBe("precious");
    expect(readdirSync(folder)).toEqual(["precious", "some"]);
  });
});

test("a symbolic link keeps pointing to the file that is replaced", async ({ folder }) => {
  const [file, link] = [join(folder, "file"), join(folder, "link")];
  writeFileSync(file, "old");
  symlinkSync(file, link);
  await writeFiles([{ path: link, text: "new" }], true);
  expect(readFileSync(file, "utf8")).toBe("new");
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
});

test("a device or pipe is written to, and needs no permission to be overwritten", async () => {
  await expect(writeFiles([{ path: "/dev/null", text: "gone" }], false)).resolves.toBeUndefined();
  expect(existsSync("/dev/null")).toBe(true);
});
