import { goVersions } from "./goBuild";
import type { Tool } from "./tools";

export interface MissingTool {
  readonly tool: Tool;
  /** What would have been taken from this machine, one line each. */
  readonly wanted: readonly string[];
}

/** One message for everything that is missing on a machine without a Go that could build it. */
export function installHint(missing: readonly MissingTool[], goVersion: string | undefined): string {
  const seen = goVersion === undefined ? "there is no go on PATH" : `go on PATH is ${goVersion}`;
  return [
    `Missing: ${missing.map(({ tool }) => `${tool.title} ${tool.version}`).join(", ")}.`,
    `Install Go ${goVersions.atLeast} or newer (${seen}): they are then built from source, once,`,
    "in some 20 minutes and with 12 GB of Go's caches. Or install instead:",
    ...missing.flatMap(({ wanted }) => wanted.map((line) => `  - ${line}`)),
  ].join("\n");
}
