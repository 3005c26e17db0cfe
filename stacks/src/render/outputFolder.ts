import { mkdir, readdir, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join, normalize, sep } from "node:path";

/** Lists the written files, so that the next run knows its own. */
export const listFile = ".rendered";

/**
 * Writes these files to `dir`, and removes files of the previous run that are no longer among them, so that a removed
 * member also disappears from the cluster. Leaves every other file alone.
 * @param files Text by path below `dir`.
 * @param mode Who may read the files.
 * @throws Error for a folder with files that this function did not write.
 */
export async function writeOutputFolder(dir: string, files: ReadonlyMap<string, string>, mode: number): Promise<void> {
  const previous = await previousFiles(dir);
  await mkdir(dir, { recursive: true });
  // Lists old and new files first, so that an interrupted run can be repeated.
  await writeFile(join(dir, listFile), lines([...new Set([...previous, ...files.keys()])]));
  for (const path of previous.filter((each) => !files.has(each))) await removeFile(dir, path);
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

async function previousFiles(dir: string): Promise<string[]> {
  const found = await undefinedOnCode(readdir(dir), "ENOENT");
  if (found === undefined || found.length === 0) return [];
  if (!found.includes(listFile)) {
    throw new Error(`${dir} has files that render did not write: choose a new folder, or empty it`);
  }
  const listed = (await readFile(join(dir, listFile), "utf8")).split("\n").filter((path) => path !== "");
  return listed.filter(isBelow);
}

function isBelow(path: string): boolean {
  return path === normalize(path) && !path.startsWith("..") && !path.startsWith(sep);
}

async function removeFile(dir: string, path: string): Promise<void> {
  await rm(join(dir, path), { force: true });
  await undefinedOnCode(rmdir(join(dir, dirname(path))), "ENOTEMPTY", "ENOENT");
}

async function undefinedOnCode<T>(promise: Promise<T>, ...codes: readonly string[]): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof Error && "code" in error && codes.includes(String(error.code))) return undefined;
    throw error;
  }
}
