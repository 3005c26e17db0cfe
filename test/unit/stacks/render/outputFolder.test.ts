import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeOutputFolder } from "../../../../stacks/src/render/outputFolder";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "fedjoin-render-"));
});
afterEach(() => rm(dir, { recursive: true }));

const write = (...paths: string[]) => writeOutputFolder(dir, new Map(paths.map((path) => [path, `of ${path}`])), 0o644);
const found = async () => (await readdir(dir, { recursive: true })).toSorted();

describe("the folder that render writes", () => {
  test("holds the files, and no more those of a member that is gone", async () => {
    await write("a/one.yaml", "a/two.yaml", "b/one.yaml");
    expect(await readFile(join(dir, "b/one.yaml"), "utf8")).toBe("of b/one.yaml");
    await write("a/one.yaml");
    expect(await found()).toEqual([".rendered", "a", "a/one.yaml"]);
    await write("a/one.yaml");
    expect(await found()).toEqual([".rendered", "a", "a/one.yaml"]);
  });

  test("keeps what others put there", async () => {
    await write("a/one.yaml");
    await writeFile(join(dir, "a/external-secret.yaml"), "mine");
    await write("b/one.yaml");
    expect(await found()).toEqual([".rendered", "a", "a/external-secret.yaml", "b", "b/one.yaml"]);
  });

  test("is refused where other things are", async () => {
    await writeFile(join(dir, "README.md"), "mine");
    await expect(write("a/one.yaml")).rejects.toThrow(/has files that render did not write/);
    expect(await found()).toEqual(["README.md"]);
  });

  test("loses nothing outside, whatever its list says", async () => {
    await writeFile(join(dir, "kept"), "mine");
    const inner = join(dir, "out");
    await writeOutputFolder(inner, new Map(), 0o644);
    await writeFile(join(inner, ".rendered"), "../kept\na/../../kept\n/etc/hostname\n");
    await writeOutputFolder(inner, new Map([["a.yaml", ""]]), 0o644);
    expect(await found()).toEqual(["kept", "out", "out/.rendered", "out/a.yaml"]);
  });
});
