import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Small named texts that survive a restart. */
export interface StateFiles {
  /** The names of all files, including those of other processes. */
  names(): readonly string[];
  /** `undefined` if it does not exist. */
  read(name: string): string | undefined;
  /** False if it could not; the file is then as before. */
  write(name: string, text: string): boolean;
  remove(name: string): void;
}

/**
 * State files in `folder`, written atomically and readable by this user only. If the folder is not writable, state is
 * lost at a restart; this is logged once.
 */
export function stateFilesIn(folder: string, warn: (message: string) => void): StateFiles {
  let warned = false;
  const attempt = (work: () => void): boolean => {
    try {
      work();
      return true;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (!warned) warn(`The state folder is not writable, so that what it keeps is lost at a restart: ${why}`);
      warned = true;
      return false;
    }
  };
  return {
    names() {
      try {
        return readdirSync(folder);
      } catch {
        return [];
      }
    },
    read(name) {
      try {
        return readFileSync(join(folder, name), "utf8");
      } catch {
        return undefined;
      }
    },
    write(name, text) {
      return attempt(() => {
        const path = join(folder, name);
        // A random name, so that in a shared folder nobody can place a symbolic link in its way.
        const whole = `${path}.${randomUUID()}.new`;
        try {
          writeFileSync(whole, text, { mode: 0o600, flag: "wx" });
          renameSync(whole, path);
        } catch (error) {
          rmSync(whole, { force: true });
          throw error;
        }
      });
    },
    remove(name) {
      attempt(() => {
        rmSync(join(folder, name), { force: true });
      });
    },
  };
}
