import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { coerce, satisfies } from "semver";
import { hasCode } from "./errorCode";
import { isExecutable, findOnPath } from "./findOnPath";
import { runCommand } from "./runCommand";
import type { Command, Commands, Program, Tool } from "./tools";

/** What is known of a program on PATH. */
export interface FoundProgram {
  readonly path: string;
  /** What it prints when it is asked for its version; undefined when it does not. */
  readonly versionText: string | undefined;
  /** Names of the files that should lie beside it but do not. */
  readonly missingFiles: readonly string[];
}

/** Why a program on PATH does not fit, in words for people; undefined when it fits. */
export function rejectReason({ accepts }: Program, seen: FoundProgram | undefined): string | undefined {
  if (seen === undefined) return "there is none";
  // A pre-release counts as its release.
  const version = coerce(seen.versionText)?.version;
  if (version === undefined) return `${seen.path} does not tell its version`;
  if (!satisfies(version, accepts)) return `${seen.path} is ${version}`;
  if (seen.missingFiles.length === 0) return undefined;
  return `${seen.path} has no ${seen.missingFiles.join(" and no ")} beside it`;
}

/** The commands of a tool by program, or what would have been taken, and what was seen instead. */
export type Location = { readonly commands: Commands } | { readonly wanted: readonly string[] };

/** Looks for a tool among what the user has installed. */
export async function locateTool({ installed, programs }: Tool, env: NodeJS.ProcessEnv): Promise<Location> {
  if (installed !== undefined) {
    const { file, by } = installed;
    if (!(await isExecutable(file))) return { wanted: [`${file}, by: ${by}`] };
    return { commands: new Map([[basename(file), { command: file, args: [] }]]) };
  }
  const commands = new Map<string, Command>();
  const wanted: string[] = [];
  for (const program of programs) {
    const path = await findOnPath(program.name, env);
    const seen = path === undefined ? undefined : await inspectProgram(path, program);
    const problem = rejectReason(program, seen);
    const beside = program.needsBeside ? `, with ${program.needsBeside.join(" and ")} beside it` : "";
    wanted.push(`${program.name} ${program.accepts} on PATH${beside} (${problem ?? "found"})`);
    if (problem === undefined && seen !== undefined) commands.set(program.name, { command: seen.path, args: [] });
  }
  return commands.size < programs.length ? { wanted } : { commands };
}

/** What the program at `path` tells of itself, and what lies beside it. */
export async function inspectProgram(path: string, program: Program): Promise<FoundProgram> {
  const missingFiles: string[] = [];
  for (const name of program.needsBeside ?? []) {
    if (!(await isExecutable(join(dirname(path), name)))) missingFiles.push(name);
  }
  return { path, versionText: await versionText(path, program), missingFiles };
}

async function versionText(path: string, { versionArgs }: Program): Promise<string | undefined> {
  // The pulumi CLI writes logs into its home even for `version`: not into the user's.
  const home = await mkdtemp(join(tmpdir(), "fedjoin-version-"));
  try {
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_HOME: home };
    const asked = await runCommand(path, versionArgs, { env });
    return asked.code === 0 ? asked.stdout : undefined;
  } catch (error) {
    // Not a program for this machine.
    if (hasCode(error, "ENOEXEC") || hasCode(error, "ENOENT")) return undefined;
    throw error;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
