import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { writeOutputFolder } from "../../../../stacks/src/render/outputFolder";
import { test } from "../../../support/fixtures";

const write = (dir: string, ...paths: string[]) =>
  writeOutputFolder(dir, new Map(paths.map((path) => [path, `of ${path}`])), 0o644);
const found = async (dir: string) => (await readdir(dir, { recursive: true })).toSorted();

describe("the folder that render writes", () => {
  test("holds the files, and no more those of a member that is gone", async ({ folder }) => {
    await write(folder, "a/one.yaml", "a/two.yaml", "b/one.yaml");
    expect(await readFile(join(folder, "b/one.yaml"), "utf8")).toBe("of b/one.yaml");
    await write(folder, "a/one.yaml");
    expect(await found(folder)).toEqual([".rendered", "a", "a/one.yaml"]);
    await write(folder, "a/one.yaml");
    expect(await found(folder)).toEqual([".rendered", "a", "a/one.yaml"]);
  });

  test("keeps what others put there", async ({ folder }) => {
    await write(folder, "a/one.yaml");
    await writeFile(join(folder, "a/external-secret.yaml"), "mine");
    await write(folder, "b/one.yaml");
    expect(await found(folder)).toEqual([".rendered", "a", "a/external-secret.yaml", "b", "b/one.yaml"]);
  });

  test("is refused where other things are", async ({ folder }) => {
    await writeFile(join(folder, "README.md"), "mine");
    await expect(write(folder, "a/one.yaml")).rejects.toThrow(/has files that render did not write/);
    expect(await found(folder)).toEqual(["README.md"]);
  });

  test("loses nothing outside, whatever its list says", async ({ folder }) => {
    await writeFile(join(folder, "kept"), "mine");
    const inner = join(folder, "out");
    await writeOutputFolder(inner, new Map(), 0o644);
    await writeFile(join(inner, ".rendered"), "../kept\na/../../kept\n/etc/hostname\n");
    await writeOutputFolder(inner, new Map([["a.yaml", ""]]), 0o644);
    expect(await found(folder)).toEqual(["kept", "out", "out/.rendered", "out/a.yaml"]);
  });
});
