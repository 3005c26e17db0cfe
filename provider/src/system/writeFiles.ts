import { randomUUID } from "node:crypto";
import { access, constants, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { systemErrorCode } from "../values/systemErrorCode";

interface FileToWrite {
  readonly path: string;
  readonly text: string;
}

/** @throws Error with the system's code and the path if a file cannot be written, or exists and may not be overwritten. */
export async function checkWritable(paths: readonly string[], overwrite: boolean): Promise<void> {
  for (const path of paths) await withPath(path, () => destinationOf(path, overwrite));
}

/**
 * Writes files that only their owner can read. Each replaces what was there as a whole. If one of them cannot be
 * written, none is.
 * @throws Error with the system's code and the path.
 */
export async function writeFiles(files: readonly FileToWrite[], overwrite: boolean): Promise<void> {
  const staged: StagedFile[] = [];
  try {
    for (const file of files) await withPath(file.path, async () => staged.push(await stage(file, overwrite)));
    for (const { path, commit } of staged) await withPath(path, commit);
  } finally {
    for (const { temporary } of staged) if (temporary !== undefined) await rm(temporary, { force: true });
  }
}

interface StagedFile {
  readonly path: string;
  /** Holds the text until it is committed. */
  readonly temporary?: string;
  readonly commit: () => Promise<void>;
}

async function stage({ path, text }: FileToWrite, overwrite: boolean): Promise<StagedFile> {
  const destination = await destinationOf(path, overwrite);
  if (destination === undefined) return { path, commit: () => writeFile(path, text) };
  const temporary = `${destination}.${randomUUID()}.new`;
  try {
    await writeFile(temporary, text, { mode: 0o600, flag: "wx" });
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return { path, temporary, commit: () => rename(temporary, destination) };
}

/** The file to replace, behind symbolic links; `undefined` for a device or pipe, which is written to directly. */
async function destinationOf(path: string, overwrite: boolean): Promise<string | undefined> {
  const found = await stat(path).catch((error: unknown) => {
    if (systemErrorCode(error) !== "ENOENT") throw error;
  });
  if (found?.isDirectory()) throw systemError("EISDIR");
  if (found !== undefined && !found.isFile()) return undefined;
  if (found !== undefined && !overwrite) throw systemError("EEXIST");
  const destination = found === undefined ? path : await realpath(path);
  await access(dirname(destination), constants.W_OK);
  return destination;
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

async function withPath<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Error ? Object.assign(error, { path }) : error;
  }
}
