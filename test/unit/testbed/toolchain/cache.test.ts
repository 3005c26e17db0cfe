import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { cacheRoot, contentKey, createFolder, findFolder } from "../../../testbed/src/toolchain/cache";
import { buildFlags } from "../../../testbed/src/toolchain/goBuild";
import { kubernetes, pulumi } from "../../../testbed/src/toolchain/tools";
import { test } from "../../../support/fixtures";

test("the cache is where our own variable says, else the desktop's; an empty one counts as unset", () => {
  expect(cacheRoot({ FEDJOIN_CACHE: "/a", XDG_CACHE_HOME: "/b" })).toBe("/a");
  expect(cacheRoot({ FEDJOIN_CACHE: "", XDG_CACHE_HOME: "/b" })).toBe("/b/fedjoin");
  expect(cacheRoot({ XDG_CACHE_HOME: "" })).toMatch(/\/\.cache\/fedjoin$/);
});

test.for([
  ["a file's text", [["main.go", "package  main"]], ["-trimpath", "."]],
  ["a file's name", [["main2.go", "package main"]], ["-trimpath", "."]],
  ["the border between two arguments", [["main.go", "package main"]], ["-trimpath ."]],
])("a content key changes with %s", ([, files, args]) => {
  expect(contentKey(files, args)).not.toBe(contentKey([["main.go", "package main"]], ["-trimpath", "."]));
});

test("a build stamps the version and strips what only a debugger needs", () => {
  expect(buildFlags(pulumi.build)).toEqual([
    ...["-trimpath", "-buildvcs=false", "-tags", "osusergo,grpcnotrace", "-ldflags"],
    "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.259.0",
  ]);
  expect(buildFlags(kubernetes.build)).not.toContain("-tags");
});

test("a folder that could not be filled leaves nothing", async ({ folder }) => {
  const filling = createFolder(join(folder, "tool"), async (unfinished) => {
    await writeFile(join(unfinished, "half"), "");
    throw new Error("the build failed");
  });
  await expect(filling).rejects.toThrow("the build failed");
  expect(await readdir(folder)).toEqual([]);
});

test("the folder of a quicker process stays", async ({ folder }) => {
  await createFolder(join(folder, "tool"), async (unfinished) => {
    await writeFile(join(unfinished, "binary"), "mine");
    await mkdir(join(folder, "tool"));
    await writeFile(join(folder, "tool", "binary"), "theirs");
  });
  expect(await readFile(join(folder, "tool", "binary"), "utf8")).toBe("theirs");
  expect(await readdir(folder)).toEqual(["tool"]);
});

test("a finished folder is found by its key, and no other", async ({ folder }) => {
  for (const name of ["1a-go1.27.0.new-x1", "1a-go1.26.8", "2b-go1.26.8.new-x2", "2b.lock"])
    await mkdir(join(folder, name));
  expect(findFolder(folder, "1a")).toBe(join(folder, "1a-go1.26.8"));
  expect(findFolder(folder, "2b")).toBeUndefined();
  expect(findFolder(join(folder, "none"), "1a")).toBeUndefined();
});
