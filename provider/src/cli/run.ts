import { NeuVectorError } from "../errors/neuVectorError";
import { describeReadError } from "../values/text";
import { parseCommandLine, type FileCommandOptions } from "./args";
import { audit } from "./commands/audit";
import { checkDeployments, type KubeDeps } from "./doctor/deployments";
import { doctor } from "./commands/doctor";
import type { CommandName, FileCommandName } from "./help";
import { members } from "./commands/members";
import { rollout } from "./commands/rollout";
import type { CommandDeps } from "./observation/observe";
import { plan } from "./commands/plan";
import { planPreview } from "./commands/planPreview";
import { PulumiCliError, type RunPulumi } from "../pulumi/pulumiCli";
import type { ExitCode, Report } from "./report";
import type { ServerProbe } from "./doctor/serverProbe";
import { parseSettings, type Settings } from "./settings";
import { status } from "./commands/status";
import { parseIds, prune } from "./commands/prune";

/** The world of a command, as `main.ts` gives it. */
export interface RunDeps {
  readonly deps: CommandDeps;
  readonly probe: ServerProbe;
  readonly kube: KubeDeps;
  readonly runPulumi: RunPulumi;
  /** Gets lines that tell how far it is, for standard error. */
  readonly log: (line: string) => void;
  /** The text of a file; `-` is standard input. @throws Error with the system's code. */
  readonly readFile: (path: string) => Promise<string>;
  readonly version: string;
}

export interface RunResult {
  readonly exitCode: ExitCode;
  /** For standard output. */
  readonly output: string;
  /** For standard error. */
  readonly errors: string;
}

/** Runs what a command line asks for. Everything it says is in the result, but for how far it is. */
export async function run(argv: readonly string[], world: RunDeps): Promise<RunResult> {
  const asked = parseCommandLine(argv);
  switch (asked.does) {
    case "say":
      return said(`${asked.text}\n`);
    case "version":
      return said(`fedjoin ${world.version}\n`);
    case "refuse":
      return failed(`${asked.problem}. See fedjoin --help`);
    case "run":
      return runOnFile(asked.command, asked.options, world);
    case "preview": {
      const { preview, json } = asked.options;
      const text = await readText(preview, world);
      if ("reason" in text) return failed(`the preview cannot be read: ${preview} (${text.reason})`);
      return ended("plan", json, () => Promise.resolve(planPreview(text.text)));
    }
    case "members":
      return ended("members", asked.options.json, () => members(asked.options, { ...world, parts: world.deps }));
    case "move":
      return ended("move", asked.options.json, () =>
        rollout(asked.options, { runPulumi: world.runPulumi, log: world.log, signal: world.deps.signal }),
      );
  }
}

async function runOnFile(command: FileCommandName, options: FileCommandOptions, world: RunDeps): Promise<RunResult> {
  const [text, idsText] = [await readText(options.file, world), await readText(options.idsFile, world)];
  if ("reason" in text) return failed(`the settings cannot be read: ${options.file} (${text.reason})`);
  if ("reason" in idsText) return failed(`the ids cannot be read: ${options.idsFile ?? ""} (${idsText.reason})`);
  const ids = [...options.ids, ...parseIds(idsText.text)];
  if (options.apply && ids.length === 0) return failed(`no id is in ${options.idsFile ?? ""}`);
  const settings = parseSettings(text.text);
  if ("problems" in settings) return failed(["the settings are wrong:", ...settings.problems].join("\n- "));
  return ended(command, options.json, () => reportOf(command, settings, { ...options, ids }, world));
}

async function readText(
  path: string | undefined,
  { readFile }: RunDeps,
): Promise<{ text: string } | { reason: string }> {
  try {
    return { text: path === undefined ? "" : await readFile(path) };
  } catch (error) {
    return { reason: describeReadError(error) };
  }
}

async function ended(command: CommandName, asJson: boolean, work: () => Promise<Report>): Promise<RunResult> {
  try {
    const { text: lines, json, exitCode } = await work();
    const output = asJson ? JSON.stringify({ command, ...json }, undefined, 2) : lines.join("\n");
    return { exitCode, output: `${output}\n`, errors: "" };
  } catch (error) {
    if (error instanceof NeuVectorError || error instanceof PulumiCliError) return failed(error.message);
    throw error;
  }
}

type ReadSettings = Exclude<Settings, { readonly problems: readonly string[] }>;

async function reportOf(
  command: FileCommandName,
  { members: declared, deployments }: ReadSettings,
  options: FileCommandOptions,
  { deps, probe, kube }: RunDeps,
): Promise<Report> {
  switch (command) {
    case "plan":
      return plan(declared, deps);
    case "status":
      return status(declared, deps);
    case "doctor":
      return doctor(declared, deps, probe, await checkDeployments(deployments, kube));
    case "audit":
      return audit(declared, options, deps);
    case "sweep":
      return prune(declared, options, deps);
  }
}

function said(output: string): RunResult {
  return { exitCode: 0, output, errors: "" };
}

function failed(problem: string): RunResult {
  return { exitCode: 1, output: "", errors: `fedjoin: ${problem}\n` };
}
