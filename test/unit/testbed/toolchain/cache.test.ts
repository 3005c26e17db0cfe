import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import {
  buildFlags,
  cacheRoot,
  contentKey,
  createFolder,
  findCached,
  removeUnfinished,
} from "../../../testbed/src/toolchain/cache";
import { kubernetes, pulumi } from "../../../testbed/src/toolchain/tools";

describe("cacheRoot", () => {
  test("prefers our own variable, then the desktop's, and takes an empty one for unset", () => {
    expect(cacheRoot({ FEDJOIN_CACHE: "/a", XDG_CACHE_HOME: "/b" })).toBe("/a");
    expect(cacheRoot({ FEDJOIN_CACHE: "", XDG_CACHE_HOME: "/b" })).toBe("/b/fedjoin");
    expect(cacheRoot({ XDG_CACHE_HOME: "" })).toMatch(/\/\.cache\/fedjoin$/);
  });
});

describe("contentKey", () => {
  const files = new Map([
    ["go.mod", "module a"],
    ["main.go", "package main"],
  ]);
  const args = ["-trimpath", "."];

  test("does not depend on the order in which the files were read", () => {
    expect(contentKey(new Map([...files].reverse()), args)).toBe(contentKey(files, args));
  });

  test.each([
    ["a file's text", new Map(files).set("main.go", "package  main"), args],
    ["a file's name", new Map([...files, ["go.sum", ""] as const]), args],
    ["an argument", files, ["-trimpath", "./cmd"]],
    ["the border between two arguments", files, ["-trimpath ."]],
  ])("changes with %s", (_what, otherFiles, otherArgs) => {
    expect(contentKey(otherFiles, otherArgs)).not.toBe(contentKey(files, args));
  });
});

describe("buildFlags", () => {
  test("stamps the version and strips what only a debugger needs", () => {
    expect(buildFlags(pulumi.build)).toEqual([
      "-trimpath",
      "-buildvcs=false",
      "-tags",
      "osusergo,grpcnotrace",
      "-ldflags",
      "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.259.0",
    ]);
    expect(buildFlags(kubernetes.build)).not.toContain("-tags");
  });
});

describe("createFolder", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "fedjoin-cache-"));
  });
  afterEach(async () => {
    await rm(dir, { recursive: true });
  });

  test("shows nothing of a folder that could not be filled", async () => {
    const filling = createFolder(join(dir, "tool"), async (folder) => {
      await writeFile(join(folder, "half"), "");
      throw new Error("the build failed");
    });
    await expect(filling).rejects.toThrow("the build failed");
    expect(await readdir(dir)).toEqual([]);
  });

  test("leaves the folder of a quicker process alone", async () => {
    await createFolder(join(dir, "tool"), async (folder) => {
      await writeFile(join(folder, "binary"), "mine");
      await mkdir(join(dir, "tool"));
      await writeFile(join(dir, "tool", "binary"), "theirs");
    });
    expect(await readFile(join(dir, "tool", "binary"), "utf8")).toBe("theirs");
    expect(await readdir(dir)).toEqual(["tool"]);
  });
});

describe("findCached", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "fedjoin-cache-"));
    vi.stubEnv("FEDJOIN_CACHE", dir);
    for (const build of ["key-go1.26.8", "key-go1.27.0.new-x1", "other-go1.28.0"]) {
      await mkdir(join(dir, "tools", "pulumi", build), { recursive: true });
    }
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(dir, { recursive: true });
  });

  test("finds a finished build of the same content", async () => {
    const folder = join(dir, "tools/pulumi/key-go1.26.8");
    expect(await findCached(pulumi, "key", "1.26.8")).toBe(folder);
    expect(await findCached(pulumi, "key", "1.27.0")).toBeUndefined();
    expect(await findCached(pulumi, "key")).toBe(folder);
    expect(await findCached(kubernetes, "key")).toBeUndefined();
  });

  test("what was left unfinished can be removed without touching what is finished", async () => {
    await removeUnfinished(join(dir, "tools/pulumi/key-go1.27.0"));
    expect((await readdir(join(dir, "tools/pulumi"))).sort()).toEqual(["key-go1.26.8", "other-go1.28.0"]);
  });
});
