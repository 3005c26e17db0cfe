import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HoldFiles } from "./holdStore";

/**
 * Files in `folder`, readable by this user only. Where the folder cannot be written, holds end with the process, which
 * is said once.
 */
export function holdFilesIn(folder: string, warn: (message: string) => void): HoldFiles {
  let warned = false;
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (!warned)
        warn(`Login pauses will not outlive a restart: ${error instanceof Error ? error.message : String(error)}`);
      warned = true;
    }
  };
  return {
    read(name) {
      try {
        return readFileSync(join(folder, name), "utf8");
      } catch {
        return undefined;
      }
    },
    write(name, text) {
      attempt(() => {
        writeFileSync(join(folder, name), text, { mode: 0o600 });
      });
    },
    remove(name) {
      attempt(() => {
        rmSync(join(folder, name), { force: true });
      });
    },
  };
}
