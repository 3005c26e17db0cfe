import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { coerce, satisfies } from "semver";
import { contentKey } from "./cache";
import { hasCode } from "./errorCode";
import { repositoryRoot } from "./repository";
import { runCommand, type CommandResult } from "./runCommand";
import type { GoBuild, Tool } from "./tools";

export const goVersions = ">=1.26.0";

const errorLines = 30;
const gibibyte = 2 ** 30;

export interface BuildOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  /** Gets each package that was compiled. */
  readonly onPackage: (name: string) => void;
}

/** The version of the Go on PATH, or undefined if there is none. A newer one is not downloaded. */
export async function installedGo(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const asked = await runCommand("go", ["env", "GOVERSION"], { cwd: tmpdir(), env: goEnvironment(env) });
    return coerce(asked.stdout)?.version;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

export function canBuild(goVersion: string | undefined): goVersion is string {
  return goVersion !== undefined && satisfies(goVersion, goVersions);
}

/** Downloads the modules of a tool; returns the number of packages that a build with an empty cache compiles. */
export async function fetchModules(tool: Tool, env: NodeJS.ProcessEnv): Promise<number> {
  const args = ["list", "-deps", ...tagFlags(tool.build), ...Object.values(tool.build.binaries)];
  const { stdout } = succeed(tool, args, await runGo(tool, args, { env }));
  return stdout.trimEnd().split("\n").length;
}

/**
 * Builds the tool's binaries into `folder`.
 * @throws Error with the end of Go's output when the build fails.
 */
export async function buildInto(folder: string, tool: Tool, options: BuildOptions): Promise<void> {
  for (const [binary, goPackage] of Object.entries(tool.build.binaries)) {
    const args = ["build", "-v", "-o", join(folder, binary), ...buildFlags(tool.build), goPackage];
    const built = await runGo(tool, args, options, (line) => {
      // What Go says of other things has spaces in it.
      if (!line.includes(" ")) options.onPackage(line);
    });
    succeed(tool, args, built);
  }
}

/** The committed Go module that a tool is built from. */
export function moduleFolder({ name }: Tool): string {
  return join(repositoryRoot, "test/testbed/toolchain", name);
}

/** The arguments of `go build`, without output file and package. */
export function buildFlags(build: GoBuild): string[] {
  const linked = Object.entries(build.stamps).map(([variable, value]) => `-X ${variable}=${value}`);
  const ldflags = ["-s", "-w", ...linked].join(" ");
  return ["-trimpath", "-buildvcs=false", ...tagFlags(build), "-ldflags", ldflags];
}

/** Changes exactly when the sources or the arguments of the build change. */
export function buildKey(tool: Tool): string {
  const folder = moduleFolder(tool);
  const names = readdirSync(folder).filter((name) => /^go\.(mod|sum)$|\.go$/.test(name));
  const files = names.sort().map((name) => [name, readFileSync(join(folder, name), "utf8")]);
  return contentKey(files, [...buildFlags(tool.build), ...Object.values(tool.build.binaries)]);
}

/**
 * Lets Go's processes collect garbage only when their part of half the memory is full: a fifth less time. Not if that
 * part is small, since a large link would then collect all the time.
 */
export function garbageCollection(memoryBytes: number, processes: number): Readonly<Record<string, string>> {
  const share = Math.floor(memoryBytes / 2 / processes);
  return share < 1.5 * gibibyte ? {} : { GOGC: "off", GOMEMLIMIT: `${share}B` };
}

function tagFlags({ tags }: GoBuild): string[] {
  return tags.length === 0 ? [] : ["-tags", tags.join(",")];
}

function runGo(
  tool: Tool,
  args: readonly string[],
  { env, signal }: Pick<BuildOptions, "env" | "signal">,
  onLine?: (line: string) => void,
): Promise<CommandResult> {
  return runCommand("go", args, {
    cwd: moduleFolder(tool),
    env: goEnvironment(env),
    ...(signal && { signal }),
    ...(onLine && { onLine }),
  });
}

function succeed({ title }: Tool, [command]: readonly string[], result: CommandResult): CommandResult {
  if (result.code === 0) return result;
  throw new Error(
    `${title}: go ${command ?? ""} failed\n${result.stderr.trimEnd().split("\n").slice(-errorLines).join("\n")}`,
  );
}

function goEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const speed = garbageCollection(totalmem(), availableParallelism() + 1);
  return { ...env, ...speed, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off", GOTOOLCHAIN: "local" };
}
