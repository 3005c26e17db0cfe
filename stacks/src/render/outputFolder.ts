import { mkdir, readdir, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join, normalize, sep } from "node:path";

/** Lists the files that were written, so that the next run knows which of them are its own. */
export const listFile = ".rendered";

/**
 * Makes `dir` hold these files. Removes what it wrote before and does not write now, so that a member that is gone goes
 * from the cluster too; leaves every other file alone.
 * @param files Text by path below `dir`.
 * @param mode Who may read the files.
 * @throws Error for a folder with files in it that was not written by it.
 */
export async function writeOutputFolder(dir: string, files: ReadonlyMap<string, string>, mode: number): Promise<void> {
  const before = await writtenBefore(dir);
  await mkdir(dir, { recursive: true });
  // First, so that a run that is cut short can be repeated.
  await writeFile(join(dir, listFile), lines([...new Set([...before, ...files.keys()])]));
  for (const path of before.filter((each) => !files.has(each))) await removeFile(dir, path);
  for (const [path, text] of files) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text, { mode });
  }
  await writeFile(join(dir, listFile), lines([...files.keys()]));
}

function lines(paths: readonly string[]): string {
  return paths
    .toSorted()
    .map((path) => `${path}\n`)
    .join("");
}

async function writtenBefore(dir: string): Promise<string[]> {
  const found = await orUndefined(readdir(dir), "ENOENT");
  if (found === undefined || found.length === 0) return [];
  if (!found.includes(listFile)) {
    throw new Error(`${dir} has files in it that were not rendered: give a new folder, or empty it`);
  }
  const listed = (await readFile(join(dir, listFile), "utf8")).split("\n").filter((path) => path !== "");
  return listed.filter(isBelow);
}

function isBelow(path: string): boolean {
  return path === normalize(path) && !path.startsWith("..") && !path.startsWith(sep);
}

async function removeFile(dir: string, path: string): Promise<void> {
  await rm(join(dir, path), { force: true });
  await orUndefined(rmdir(join(dir, dirname(path))), "ENOTEMPTY", "ENOENT");
}

async function orUndefined<T>(promise: Promise<T>, ...codes: readonly string[]): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof Error && "code" in error && codes.includes(String(error.code))) return undefined;
    throw error;
  }
}
