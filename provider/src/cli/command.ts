import type { Command } from "@commander-js/extra-typings";
import { ProgramError, UsageError } from "../commandLine/commandLine";
import { textOption } from "../commandLine/options";
import type { RunPulumi } from "../pulumi/pulumiCli";
import { describeReadError } from "../values/text";
import type { KubeDeps } from "./doctor/deployments";
import type { ServerProbe } from "./doctor/serverProbe";
import type { CommandDeps } from "./observation/observe";
import type { Report } from "./report";
import { parseSettings, requireValid, type Settings } from "./settings";
import { readStackSettings, type StackName, type StackSettingsDeps } from "./stackSettings";

/** What every command can use. */
export interface RunDeps extends CommandDeps, StackSettingsDeps {
  readonly probe: ServerProbe;
  readonly kube: KubeDeps;
  readonly runPulumi: RunPulumi;
  /** Prints a progress line to standard error. */
  readonly log: (line: string) => void;
  /** Replaces the line of progress on a terminal; an empty text removes it. `undefined` without a terminal. */
  readonly progress?: ((text: string) => void) | undefined;
  /** Reads a text file; `-` is standard input. @throws Error with the system's code. */
  readonly readFile: (path: string) => Promise<string>;
  readonly files: OutputFiles;
  readonly version: string;
}

/** The files that a command writes. */
export interface OutputFiles {
  /** @throws Error with the system's code and the path for a file that cannot be written, or may not be overwritten. */
  readonly check: (paths: readonly string[], overwrite: boolean) => Promise<void>;
  /** Writes files that only their owner can read: all or none. @throws Error as `check` does. */
  readonly write: (files: readonly FileToWrite[], overwrite: boolean) => Promise<void>;
}

export interface FileToWrite {
  readonly path: string;
  readonly text: string;
}

/** A command with its options, ready to run. */
export interface Job {
  readonly command: string;
  /** Print the report as JSON. */
  readonly json: boolean;
  /** Prints the report in another form than text and JSON. @throws ProgramError. */
  readonly render?: (report: Report) => string;
  readonly run: (deps: RunDeps) => Promise<Report>;
}

/** Declares a command: its options, its help, and the job that its action selects. */
export type DeclareCommand = (program: Command, select: (job: Job) => void) => void;

export const jsonOption = ["--json", "print the result as JSON", false] as const;

const fileOption = () => textOption("-f, --file <file>", "the memberships, as YAML or JSON; - reads standard input");
const stackOption = () =>
  textOption("--stack <name>", "the memberships of a stack, by pulumi config").conflicts("file");

/** The folder of a Pulumi project. */
export const projectOption = () =>
  textOption("--cwd <folder>", "the folder of Pulumi.yaml").default(".", "the current folder");

/** A command that works on the memberships of a file or a stack. */
export const settingsCommand = (program: Command, name: string) =>
  program
    .command(name)
    .addOption(fileOption())
    .addOption(stackOption())
    .addOption(projectOption())
    .option(...jsonOption);

/** Where the memberships are. */
export type SettingsSource = { readonly file: string } | StackName;

/** @throws UsageError unless a file or a stack is named. */
export function settingsSource(given: {
  readonly file?: string | undefined;
  readonly stack?: string | undefined;
  readonly cwd: string;
}): SettingsSource {
  if (given.file !== undefined) return { file: given.file };
  if (given.stack !== undefined) return { stack: given.stack, cwd: given.cwd };
  throw new UsageError("--file or --stack is required: a file of memberships, or a stack of the project in --cwd");
}

/** @throws ProgramError that names `what` and the file. */
export async function readText(what: string, path: string, { readFile }: Pick<RunDeps, "readFile">): Promise<string> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new ProgramError(`the ${what} cannot be read: ${path} (${describeReadError(error)})`);
  }
}

/** The memberships in a file or of a stack. @throws ProgramError with every problem of it. @throws PulumiCliError */
export async function readSettings(source: SettingsSource, deps: StackSettingsDeps): Promise<Settings> {
  if ("stack" in source) return readStackSettings(source, deps);
  return requireValid(parseSettings(await readText("settings", source.file, deps)));
}
