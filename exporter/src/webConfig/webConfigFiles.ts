import { readFileSync, statSync } from "node:fs";

/** Access to the files of a web config. */
export interface WebConfigFiles {
  /** @throws when the file cannot be read. */
  read(path: string): string;
  /** A text that changes whenever the file's content may have changed; never throws. */
  stamp(path: string): string;
}

export const systemWebConfigFiles: WebConfigFiles = {
  read: (path) => readFileSync(path, "utf8"),
  stamp(path) {
    try {
      // Kubernetes swaps a symbolic link above the files: the inode changes even if the times do not.
      const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
      return [dev, ino, size, mtimeNs, ctimeNs].join(":");
    } catch {
      return "absent";
    }
  },
};
