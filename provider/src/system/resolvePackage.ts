import { createRequire } from "node:module";
import { join } from "node:path";

/** True when a program in `folder` can load the package `name`. */
export function canResolvePackage(folder: string, name: string): boolean {
  try {
    createRequire(join(folder, "index.js")).resolve(name);
    return true;
  } catch {
    return false;
  }
}
