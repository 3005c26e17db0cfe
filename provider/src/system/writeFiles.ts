import { open, unlink, type FileHandle } from "node:fs/promises";
import { systemErrorCode } from "../values/systemErrorCode";

interface FileToWrite {
  readonly path: string;
  readonly text: string;
  /** Replaces a file that exists. */
  readonly overwrite: boolean;
}

interface OpenFile extends FileToWrite {
  readonly handle: FileHandle;
  readonly isNew: boolean;
}

/**
 * Writes files that only their owner can read. If one of them cannot be opened, none is written.
 * @throws Error with the system's code and the path.
 */
export async function writeFiles(files: readonly FileToWrite[]): Promise<void> {
  const opened: OpenFile[] = [];
  try {
    for (const file of files) opened.push(await openToWrite(file));
    for (const file of opened) await write(file);
  } catch (error) {
    if (opened.length < files.length) for (const { path, isNew } of opened) if (isNew) await unlink(path);
    throw error;
  } finally {
    for (const { handle } of opened) await handle.close();
  }
}

async function openToWrite(file: FileToWrite): Promise<OpenFile> {
  try {
    return { ...file, handle: await open(file.path, "wx", 0o600), isNew: true };
  } catch (error) {
    if (!file.overwrite || systemErrorCode(error) !== "EEXIST") throw error;
  }
  return { ...file, handle: await open(file.path, "r+"), isNew: false };
}

async function write({ path, text, handle }: OpenFile): Promise<void> {
  try {
    // A device or pipe has no length.
    if ((await handle.stat()).isFile()) await handle.truncate(0);
    await handle.writeFile(text);
  } catch (error) {
    throw error instanceof Error ? Object.assign(error, { path }) : error;
  }
}
