import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildFlags, moduleFolder } from "./cache";
import { hasCode } from "./errorCode";
import { runCommand } from "./runCommand";
import type { Log, Tool } from "./tools";
import { isInRange, versionIn } from "./versions";

export const goVersions = { atLeast: "1.26.0", below: "2.0.0" };

const progressMs = 20_000;
const errorLines = 30;

/** The version of the Go on PATH, or undefined if there is none. A newer one is not downloaded. */
export async function installedGo(): Promise<string | undefined> {
  try {
    const asked = await runCommand("go", ["env", "GOVERSION"], { cwd: tmpdir(), env: goEnvironment() });
    return versionIn(asked.stdout);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

export function canBuild(goVersion: string | undefined): goVersion is string {
  return goVersion !== undefined && isInRange(goVersion, goVersions);
}

/**
 * Builds the tool's binaries into `folder`, telling the progress three times a minute.
 * @throws Error with the end of Go's output when the build fails.
 */
export async function buildTool(tool: Tool, folder: string, say: Log): Promise<void> {
  const startedAt = Date.now();
  say(`${tool.title} ${tool.version}: fetching its Go modules`);
  const list = ["list", "-deps", ...tagArgs(tool), ...Object.values(tool.build.binaries)];
  const packages = (await go(tool, list)).stdout.split("\n").length - 1;
  let done = 0;
  const tell = () => {
    say(`${tool.title} ${tool.version}: building, ${elapsed(startedAt)}, ${done} of ${packages} packages`);
  };
  tell();
  const progress = setInterval(tell, progressMs);
  try {
    for (const [binary, goPackage] of Object.entries(tool.build.binaries)) {
      await go(tool, ["build", "-v", "-o", join(folder, binary), ...buildFlags(tool.build), goPackage], (line) => {
        if (isPackage(line)) done += 1;
      });
    }
  } finally {
    clearInterval(progress);
  }
  say(`${tool.title} ${tool.version}: built in ${elapsed(startedAt)}`);
}

function elapsed(since: number): string {
  const seconds = Math.round((Date.now() - since) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

async function go(tool: Tool, args: readonly string[], onLine?: (line: string) => void) {
  const result = await runCommand("go", args, {
    cwd: moduleFolder(tool),
    env: goEnvironment(),
    ...(onLine && { onLine }),
  });
  if (result.code === 0) return result;
  const lines = result.stderr.split("\n").filter((line) => !isPackage(line));
  throw new Error(`${tool.title}: go ${args[0] ?? ""} failed\n${lines.slice(-errorLines).join("\n")}`);
}

function tagArgs(tool: Tool): string[] {
  return tool.build.tags.length === 0 ? [] : ["-tags", tool.build.tags.join(",")];
}

/** `go build -v` prints the path of each package that it compiles, alone on a line. */
function isPackage(line: string): boolean {
  return /^[\w.~/-]+$/.test(line);
}

function goEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off", GOTOOLCHAIN: "local" };
}
