import { existsSync, readdirSync } from "node:fs";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import * as z from "zod";
import { createFolder, findFolder, unfinished } from "./cache";
import { isExecutable } from "./findOnPath";

/** Sizes of the programs of a complete folder, by file name. */
const sizes = z.record(z.string(), z.number());
const sizesFile = "sizes.json";

/** A folder of programs in `parent` whose name begins with the key, if nothing in it is missing or cut short. */
export async function findPrograms(parent: string, key: string): Promise<string | undefined> {
  const folder = findFolder(parent, key);
  return folder !== undefined && (await isComplete(folder)) ? folder : undefined;
}

/** Fills the folder at `path`, in place of an incomplete one. Only one process at a time may do that. */
export async function createPrograms(path: string, fill: (folder: string) => Promise<void>): Promise<void> {
  await removeUnfinished(path);
  await rm(path, { recursive: true, force: true });
  await createFolder(path, async (folder) => {
    await fill(folder);
    const names = readdirSync(folder);
    const entries = await Promise.all(names.map(async (name) => [name, (await stat(join(folder, name))).size]));
    await writeFile(join(folder, sizesFile), JSON.stringify(Object.fromEntries(entries)));
  });
}

/** What a process that was killed has left. */
async function removeUnfinished(path: string): Promise<void> {
  const parent = dirname(path);
  const names = existsSync(parent) ? readdirSync(parent) : [];
  for (const name of names.filter((each) => each.startsWith(basename(path) + unfinished))) {
    await rm(join(parent, name), { recursive: true, force: true });
  }
}

async function isComplete(folder: string): Promise<boolean> {
  const list = join(folder, sizesFile);
  if (!existsSync(list)) return false;
  const read = sizes.safeParse(JSON.parse(await readFile(list, "utf8")));
  if (!read.success) return false;
  for (const [name, size] of Object.entries(read.data)) {
    const path = join(folder, name);
    if (!(await isExecutable(path)) || (await stat(path)).size !== size) return false;
  }
  return true;
}
