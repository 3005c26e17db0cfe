import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

import { isExecutable, findOnPath } from "./findOnPath";
import { runCommand } from "./runCommand";
import type { Command, Program, Tool } from "./tools";
import { isInRange, rangeText, versionIn } from "./versions";

/** What is known of a program on PATH. */
export interface FoundProgram {
  readonly path: string;
  readonly version: string | undefined;
  /** Names of the files that should lie beside it but do not. */
  readonly missingFiles: readonly string[];
}

/** Why a program on PATH does not fit, in words for people; undefined when it fits. */
export function rejectReason(program: Program, seen: FoundProgram | undefined): string | undefined {
  if (seen === undefined) return "there is none";
  if (seen.version === undefined) return `${seen.path} does not tell its version`;
  if (!isInRange(seen.version, program.accepts)) return `${seen.path} is ${seen.version}`;
  return seen.missingFiles.length === 0
    ? undefined
    : `${seen.path} has no ${seen.missingFiles.join(" and no ")} beside it`;
}

export type Location =
  | {
      readonly found: true;
      readonly commands: ReadonlyMap<string, Command>;
      readonly from: string;
      /** Paths, with versions, for people. */
      readonly where: string;
    }
  | { readonly found: false; readonly wanted: readonly string[] };

/** Looks for a tool among what the user has installed. `wanted` says what would have been taken, and what was seen. */
export async function locateTool(tool: Tool): Promise<Location> {
  if (tool.installed !== undefined) {
    const { file, by } = tool.installed;
    if (!(await isExecutable(file))) return { found: false, wanted: [`${file}, by: ${by}`] };
    const command = { command: file, args: [] };
    return { found: true, commands: new Map([[basename(file), command]]), from: "installed", where: file };
  }
  const commands = new Map<string, Command>();
  const wanted: string[] = [];
  const where: string[] = [];
  for (const program of tool.programs) {
    const seen = await inspectProgram(program);
    const problem = rejectReason(program, seen);
    const beside = program.needsBeside.length === 0 ? "" : `, with ${program.needsBeside.join(" and ")} beside it`;
    wanted.push(`${program.name} ${rangeText(program.accepts)} on PATH${beside} (${problem ?? "found"})`);
    if (problem !== undefined || seen === undefined) continue;
    commands.set(program.name, { command: seen.path, args: [] });
    where.push(`${seen.path} ${seen.version ?? ""}`);
  }
  if (commands.size < tool.programs.length) return { found: false, wanted };
  return { found: true, commands, from: "PATH", where: where.join(", ") };
}

async function inspectProgram(program: Program): Promise<FoundProgram | undefined> {
  const path = await findOnPath(program.name);
  if (path === undefined) return undefined;
  const missingFiles: string[] = [];
  for (const name of program.needsBeside) {
    if (!(await isExecutable(join(dirname(path), name)))) missingFiles.push(name);
  }
  return { path, version: await versionOf(path, program), missingFiles };
}

async function versionOf(path: string, program: Program): Promise<string | undefined> {
  // The pulumi CLI writes logs into its home even for `version`: not into the user's.
  const home = await mkdtemp(join(tmpdir(), "fedjoin-version-"));
  try {
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_HOME: home };
    const asked = await runCommand(path, program.versionArgs, { env });
    return asked.code === 0 ? versionIn(asked.stdout) : undefined;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
