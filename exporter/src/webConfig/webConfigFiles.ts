import { readFileSync, statSync } from "node:fs";

/** The files that a web config is made of. */
export interface WebConfigFiles {
  /** @throws when the file cannot be read. */
  read(path: string): string;
  /** Another text whenever the file may have another content; never fails. */
  stamp(path: string): string;
}

export const systemWebConfigFiles: WebConfigFiles = {
  read: (path) => readFileSync(path, "utf8"),
  stamp(path) {
    try {
      // Kubernetes swaps a link above the files: another inode, whatever the times are.
      const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
      return [dev, ino, size, mtimeNs, ctimeNs].join(":");
    } catch {
      return "absent";
    }
  },
};
