import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The checkout's top folder, the same from the sources as from the build. */
export const repositoryRoot = firstFolderWith("package-lock.json", __dirname);

/** Programs linked by npm; on machines without Node 22 also the pinned `node`. */
export const nodeBinDir = join(repositoryRoot, "node_modules/.bin");

function firstFolderWith(file: string, start: string): string {
  if (existsSync(join(start, file))) return start;
  const parent = dirname(start);
  if (parent === start) throw new Error(`no ${file} in any folder above`);
  return firstFolderWith(file, parent);
}
