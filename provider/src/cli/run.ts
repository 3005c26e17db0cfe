import { NeuVectorError } from "../errors";
import { readFailure } from "../text";
import { parseCommandLine, type Options } from "./args";
import { audit } from "./audit";
import { lookAtDeployments, type KubeWorld } from "./deployments";
import { doctor } from "./doctor";
import type { CommandName, FileCommandName } from "./help";
import { members } from "./members";
import { move } from "./move";
import type { CommandParts } from "./observe";
import { plan } from "./plan";
import { planPreview } from "./planPreview";
import { CannotRunPulumi, type RunPulumi } from "./pulumi";
import type { ExitCode, Report } from "./report";
import type { ServerProbe } from "./serverProbe";
import { readSettings, type Settings } from "./settings";
import { status } from "./status";
import { idsIn, sweep } from "./sweep";

/** The world of a command, as `main.ts` gives it. */
export interface World {
  readonly parts: CommandParts;
  readonly probe: ServerProbe;
  readonly kube: KubeWorld;
  readonly runPulumi: RunPulumi;
  /** Gets lines that tell how far it is, for standard error. */
  readonly say: (line: string) => void;
  /** The text of a file; `-` is standard input. @throws Error with the system's code. */
  readonly readFile: (path: string) => Promise<string>;
  readonly version: string;
}

export interface Ended {
  readonly exitCode: ExitCode;
  /** For standard output. */
  readonly output: string;
  /** For standard error. */
  readonly errors: string;
}

/** Runs what a command line asks for. Everything it says is in the result, but for how far it is. */
export async function run(argv: readonly string[], world: World): Promise<Ended> {
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
      return ended("members", asked.options.json, () => members(asked.options, world));
    case "move":
      return ended("move", asked.options.json, () =>
        move(asked.options, { runPulumi: world.runPulumi, say: world.say, signal: world.parts.signal }),
      );
  }
}

async function runOnFile(command: FileCommandName, options: Options, world: World): Promise<Ended> {
  const [text, idsText] = [await readText(options.file, world), await readText(options.idsFile, world)];
  if ("reason" in text) return failed(`the settings cannot be read: ${options.file} (${text.reason})`);
  if ("reason" in idsText) return failed(`the ids cannot be read: ${options.idsFile ?? ""} (${idsText.reason})`);
  const ids = [...options.ids, ...idsIn(idsText.text)];
  if (options.apply && ids.length === 0) return failed(`no id is in ${options.idsFile ?? ""}`);
  const settings = readSettings(text.text);
  if ("problems" in settings) return failed(["the settings are wrong:", ...settings.problems].join("\n- "));
  return ended(command, options.json, () => reportOf(command, settings, { ...options, ids }, world));
}

async function readText(path: string | undefined, { readFile }: World): Promise<{ text: string } | { reason: string }> {
  try {
    return { text: path === undefined ? "" : await readFile(path) };
  } catch (error) {
    return { reason: readFailure(error) };
  }
}

async function ended(command: CommandName, asJson: boolean, work: () => Promise<Report>): Promise<Ended> {
  try {
    const { text: lines, json, exitCode } = await work();
    const output = asJson ? JSON.stringify({ command, ...json }, undefined, 2) : lines.join("\n");
    return { exitCode, output: `${output}\n`, errors: "" };
  } catch (error) {
    if (error instanceof NeuVectorError || error instanceof CannotRunPulumi) return failed(error.message);
    throw error;
  }
}

type ReadSettings = Exclude<Settings, { readonly problems: readonly string[] }>;

async function reportOf(
  command: FileCommandName,
  { members: declared, deployments }: ReadSettings,
  options: Options,
  { parts, probe, kube }: World,
): Promise<Report> {
  switch (command) {
    case "plan":
      return plan(declared, parts);
    case "status":
      return status(declared, parts);
    case "doctor":
      return doctor(declared, parts, probe, await lookAtDeployments(deployments, kube));
    case "audit":
      return audit(declared, options, parts);
    case "sweep":
      return sweep(declared, options, parts);
  }
}

function said(output: string): Ended {
  return { exitCode: 0, output, errors: "" };
}

function failed(problem: string): Ended {
  return { exitCode: 1, output: "", errors: `fedjoin: ${problem}\n` };
}
