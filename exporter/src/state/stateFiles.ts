import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Small texts that outlive the process, by name. */
export interface StateFiles {
  /** Of all that are there, whoever wrote them. */
  names(): readonly string[];
  /** `undefined` for one that is not there. */
  read(name: string): string | undefined;
  write(name: string, text: string): void;
  remove(name: string): void;
}

/**
 * Files in `folder`, readable by this user only, each written whole or not at all. Where the folder cannot be written,
 * what is remembered ends with the process, which is said once.
 */
export function stateFilesIn(folder: string, warn: (message: string) => void): StateFiles {
  let warned = false;
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (!warned) warn(`Login pauses and the state of the join will not outlive a restart: ${why}`);
      warned = true;
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
      attempt(() => {
        const path = join(folder, name);
        // A new name each time: in a folder that others write too, nobody can lay a link in its way.
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
