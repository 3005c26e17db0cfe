import { goVersions } from "./goBuild";
import type { Tool } from "./tools";

/** A tool that could be neither found nor downloaded. */
export interface MissingTool {
  readonly tool: Tool;
  /** What would have been taken from this machine, one line each. */
  readonly wanted: readonly string[];
  /** Why it was not downloaded. */
  readonly reason: string;
}

/** One message for everything that is missing on a machine without a Go that could build it. */
export function installHint(missing: readonly MissingTool[], goVersion: string | undefined): string {
  const seen = goVersion === undefined ? "there is no go on PATH" : `go on PATH is ${goVersion}`;
  return [
    `Missing: ${missing.map(({ tool }) => `${tool.title} ${tool.version}`).join(", ")}.`,
    ...missing.map(({ tool, reason }) => `${tool.title} was not downloaded: ${reason}`),
    "Allow the download, or name a mirror in FEDJOIN_TOOLS_MIRROR.",
    `Or install Go ${goVersions} (${seen}): then they are built from source,`,
    "once, with 12 GB of Go's caches. Or install instead:",
    ...missing.flatMap(({ wanted }) => wanted.map((line) => `  - ${line}`)),
  ].join("\n");
}
