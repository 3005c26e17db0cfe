import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { hasCode } from "./errorCode";

/** Between the name of a folder that is being filled and its random end. */
export const unfinished = ".new-";

/** The end of a lock's name, which lies beside the folder that it guards. */
export const lockEnd = ".lock";

/** Where tools are kept: `$FEDJOIN_CACHE`, else `fedjoin` in the user's cache folder. Never in the checkout. */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  const set = (name: string) => (env[name] === "" ? undefined : env[name]);
  return set("FEDJOIN_CACHE") ?? join(set("XDG_CACHE_HOME") ?? join(homedir(), ".cache"), "fedjoin");
}

/** A name for what is made from these values: another one exactly when a value changes. */
export function contentKey(...values: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(values)).digest("hex").slice(0, 16);
}

/** A finished folder in `parent` whose name begins with the key. */
export function findFolder(parent: string, key: string): string | undefined {
  const names = existsSync(parent) ? readdirSync(parent) : [];
  const found = names.find((name) => name.startsWith(key) && !name.includes(unfinished) && !name.endsWith(lockEnd));
  return found === undefined ? undefined : join(parent, found);
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
