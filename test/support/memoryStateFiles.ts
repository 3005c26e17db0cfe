import type { StateFiles } from "../../exporter/src/state/stateFiles";

/** State files that are kept in `files`. */
export function memoryStateFiles(files = new Map<string, string>()): StateFiles {
  return {
    names: () => [...files.keys()],
    read: (name) => files.get(name),
    write(name, text) {
      files.set(name, text);
      return true;
    },
    remove: (name) => void files.delete(name),
  };
}
