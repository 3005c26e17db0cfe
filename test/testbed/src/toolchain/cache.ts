import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";

import { hasCode } from "./errorCode";
import { repositoryRoot } from "./repository";
import type { GoBuild, Tool } from "./tools";

/** Between the name of a folder that is being filled and its random end. */
const unfinished = ".new-";

/** Where built tools are kept: `$FEDJOIN_CACHE`, else `fedjoin` in the user's cache folder. Never in the checkout. */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  const set = (name: string) => (env[name] === "" ? undefined : env[name]);
  return set("FEDJOIN_CACHE") ?? join(set("XDG_CACHE_HOME") ?? join(homedir(), ".cache"), "fedjoin");
}

/** The committed Go module that a tool is built from. */
export function moduleFolder(tool: Tool): string {
  return join(repositoryRoot, "test/testbed/toolchain", tool.name);
}

/** The arguments of `go build`, without output file and package. */
export function buildFlags(build: GoBuild): string[] {
  const stamps = Object.entries(build.stamps).map(([variable, value]) => `-X ${variable}=${value}`);
  return [
    "-trimpath",
    "-buildvcs=false",
    ...(build.tags.length === 0 ? [] : ["-tags", build.tags.join(",")]),
    "-ldflags",
    ["-s", "-w", ...stamps].join(" "),
  ];
}

/** Changes exactly when the sources or the arguments of a build change. `files` maps a file's name to its text. */
export function contentKey(files: ReadonlyMap<string, string>, args: readonly string[]): string {
  const sorted = [...files].sort(([left], [right]) => (left < right ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([sorted, args]))
    .digest("hex")
    .slice(0, 16);
}

export async function toolKey(tool: Tool): Promise<string> {
  const folder = moduleFolder(tool);
  const names = (await readdir(folder)).filter((name) => /^go\.(mod|sum)$|\.go$/.test(name));
  const files = new Map<string, string>();
  for (const name of names) files.set(name, await readFile(join(folder, name), "utf8"));
  return contentKey(files, [...buildFlags(tool.build), ...Object.values(tool.build.binaries)]);
}

/** The folder that holds a tool's binaries once they are built. */
export function buildFolder(tool: Tool, key: string, goVersion: string): string {
  return join(cacheRoot(), "tools", tool.name, `${key}-go${goVersion}`);
}

/** The folder of a tool's finished build by this Go version or, on a machine without Go, by any. */
export async function findCached(tool: Tool, key: string, goVersion?: string): Promise<string | undefined> {
  const folder = join(cacheRoot(), "tools", tool.name);
  const builds = (await namesIn(folder)).filter((name) => name.startsWith(`${key}-go`) && !name.includes(unfinished));
  const wanted = goVersion === undefined ? builds.at(-1) : builds.find((name) => name === `${key}-go${goVersion}`);
  return wanted === undefined ? undefined : join(folder, wanted);
}

/** Removes what processes that were killed while filling `path` have left; for the holder of its lock. */
export async function removeUnfinished(path: string): Promise<void> {
  for (const name of await namesIn(dirname(path))) {
    if (!name.startsWith(basename(path) + unfinished)) continue;
    await rm(join(dirname(path), name), { recursive: true, force: true });
  }
}

/**
 * Fills a new folder and puts it at `path` in one step, so that nobody ever sees half of it. If another process was
 * quicker, its folder stays.
 */
export async function createFolder(path: string, fill: (folder: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = await mkdtemp(path + unfinished);
  try {
    await fill(temporary);
    await rename(temporary, path);
  } catch (error) {
    if (!hasCode(error, "ENOTEMPTY") && !hasCode(error, "EEXIST")) throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}
