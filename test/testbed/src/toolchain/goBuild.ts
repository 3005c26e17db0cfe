import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { coerce, satisfies } from "semver";
import { cacheRoot, contentKey, createFolder, findFolder } from "./cache";
import { hasCode } from "./errorCode";
import { repositoryRoot } from "./repository";
import { runCommand } from "./runCommand";
import type { GoBuild, Log, Tool } from "./tools";

export const goVersions = ">=1.26.0";

const progressMs = 20_000;
const errorLines = 30;

/** The version of the Go on PATH, or undefined if there is none. A newer one is not downloaded. */
export async function installedGo(): Promise<string | undefined> {
  try {
    const asked = await runCommand("go", ["env", "GOVERSION"], { cwd: tmpdir(), env: goEnvironment() });
    return coerce(asked.stdout)?.version;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

export function canBuild(goVersion: string | undefined): goVersion is string {
  return goVersion !== undefined && satisfies(goVersion, goVersions);
}

/** The folder of a tool's finished build, by whatever Go. */
export function findBuild(tool: Tool): string | undefined {
  return findFolder(buildsOf(tool), buildKey(tool));
}

/**
 * Builds the tool's binaries into the cache, telling the progress three times a minute; returns their folder.
 * @throws Error with the end of Go's output when the build fails.
 */
export async function buildTool(tool: Tool, goVersion: string, say: Log): Promise<string> {
  const startedAt = Date.now();
  const tell = (what: string) => {
    say(`${tool.title} ${tool.version}: ${what} ${Math.round((Date.now() - startedAt) / 1000)} s`);
  };
  tell("building with its Go modules, up to 20 min,");
  const progress = setInterval(tell, progressMs, "building,");
  const path = join(buildsOf(tool), `${buildKey(tool)}-go${goVersion}`);
  try {
    await createFolder(path, async (folder) => {
      for (const [binary, goPackage] of Object.entries(tool.build.binaries)) {
        const args = ["build", "-o", join(folder, binary), ...buildFlags(tool.build), goPackage];
        const { code, stderr } = await runCommand("go", args, { cwd: moduleFolder(tool), env: goEnvironment() });
        if (code === 0) continue;
        throw new Error(`${tool.title}: go build failed\n${stderr.split("\n").slice(-errorLines).join("\n")}`);
      }
    });
  } finally {
    clearInterval(progress);
  }
  tell("built in");
  return path;
}

/** The committed Go module that a tool is built from. */
export function moduleFolder({ name }: Tool): string {
  return join(repositoryRoot, "test/testbed/toolchain", name);
}

/** The arguments of `go build`, without output file and package. */
export function buildFlags({ stamps, tags }: GoBuild): string[] {
  const linked = Object.entries(stamps).map(([variable, value]) => `-X ${variable}=${value}`);
  const tagFlags = tags.length === 0 ? [] : ["-tags", tags.join(",")];
  return ["-trimpath", "-buildvcs=false", ...tagFlags, "-ldflags", ["-s", "-w", ...linked].join(" ")];
}

function buildsOf({ name }: Tool): string {
  return join(cacheRoot(), "tools", name);
}

/** Changes exactly when the sources or the arguments of the build change. */
function buildKey(tool: Tool): string {
  const folder = moduleFolder(tool);
  const names = readdirSync(folder).filter((name) => /^go\.(mod|sum)$|\.go$/.test(name));
  const files = names.sort().map((name) => [name, readFileSync(join(folder, name), "utf8")]);
  return contentKey(files, [...buildFlags(tool.build), ...Object.values(tool.build.binaries)]);
}

function goEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off", GOTOOLCHAIN: "local" };
}
