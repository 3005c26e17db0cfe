import { parseArgs, type ParseArgsConfig } from "node:util";
import { parseSince } from "./since";
import { commandNames, fileCommandNames, helpOf, type CommandName, type FileCommandName } from "./help";

/** What a command line asks for. */
export type CommandLine =
  | { readonly does: "say"; readonly text: string }
  | { readonly does: "version" }
  | { readonly does: "refuse"; readonly problem: string }
  | { readonly does: "run"; readonly command: FileCommandName; readonly options: FileCommandOptions }
  | { readonly does: "preview"; readonly options: PreviewOptions }
  | { readonly does: "members"; readonly options: MembersOptions }
  | { readonly does: "move"; readonly options: RolloutOptions };

/** Where a command finds the stacks of a project. */
interface ProjectOptions {
  /** The folder of Pulumi.yaml. */
  readonly cwd: string;
  readonly json: boolean;
}

export interface MembersOptions extends ProjectOptions {
  /** Every stack of the project. */
  readonly all: boolean;
  readonly stacks: readonly string[];
  /** Files of exported states; `-` is standard input. */
  readonly states: readonly string[];
  /** Exit code 2 for an undeclared or missing member. */
  readonly check: boolean;
  /** Only the rows that differ. */
  readonly driftOnly: boolean;
}

export interface PreviewOptions {
  /** What `pulumi preview --json` wrote; `-` is standard input. */
  readonly preview: string;
  readonly json: boolean;
}

export interface FileCommandOptions {
  /** Where the settings are; `-` is standard input. */
  readonly file: string;
  readonly json: boolean;
  /** `sweep`: delete, where the others only look. */
  readonly apply: boolean;
  /** `sweep`: ids of the entries to delete. */
  readonly ids: readonly string[];
  /** `sweep`: a file with more of them. */
  readonly idsFile?: string;
  /** `sweep`: a person vouches that the sites of these ids no longer exist. */
  readonly siteIsGone: boolean;
  /** `audit`: since when, as it was written. */
  readonly since?: string;
}

export interface RolloutOptions extends ProjectOptions {
  readonly stack: string;
  /** Only show the waves. */
  readonly plan: boolean;
  readonly waveSize: number;
  readonly maxFailures: number;
  /** So many waves and no more. */
  readonly maxWaves?: number;
  /** So many resources of a wave at the same time. */
  readonly parallel: number;
}

const always = {
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

const common = { file: { type: "string", short: "f" }, ...always } as const;

const ofSweep = {
  apply: { type: "boolean", default: false },
  id: { type: "string", multiple: true, default: [] as string[] },
  ids: { type: "string" },
  "site-is-gone": { type: "boolean", default: false },
} as const;

const ofMembers = {
  all: { type: "boolean", default: false },
  stack: { type: "string", multiple: true },
  state: { type: "string", multiple: true },
  cwd: { type: "string" },
  check: { type: "boolean", default: false },
  drift: { type: "boolean", default: false },
  ...always,
} as const;

const ofMove = {
  stack: { type: "string" },
  cwd: { type: "string" },
  wave: { type: "string" },
  waves: { type: "string" },
  "max-failures": { type: "string" },
  parallel: { type: "string" },
  plan: { type: "boolean", default: false },
  ...always,
} as const;

/** What the arguments after the program's name ask for. */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const [first, ...rest] = argv;
  if (first === undefined) return { does: "refuse", problem: "say what to do" };
  if (first === "--help" || first === "-h" || first === "help") return { does: "say", text: helpOf(rest[0]) };
  if (first === "--version") return { does: "version" };
  const command = commandNames.find((name) => name === first);
  // The word itself is not repeated: it could be a misplaced secret.
  if (command === undefined) return { does: "refuse", problem: `the first word is one of ${commandNames.join(", ")}` };
  const parsed = valuesOf(command, rest);
  if ("does" in parsed) return parsed;
  if (parsed.get("help") === true) return { does: "say", text: helpOf(command) };
  const ofFile = fileCommandNames.find((name) => name === command);
  if (ofFile !== undefined) return fileAsked(ofFile, parsed);
  return command === "move" ? moveAsked(parsed) : membersAsked(parsed);
}

type Values = ReadonlyMap<string, unknown>;

const optionsOf: Readonly<Record<CommandName, NonNullable<ParseArgsConfig["options"]>>> = {
  plan: { ...common, preview: { type: "string" } },
  status: common,
  doctor: common,
  sweep: { ...common, ...ofSweep },
  audit: { ...common, since: { type: "string" } },
  members: ofMembers,
  move: ofMove,
};

function valuesOf(command: CommandName, args: string[]): Values | CommandLine {
  const options = optionsOf[command];
  try {
    return new Map(Object.entries(parseArgs({ args, options, allowPositionals: false }).values));
  } catch {
    const known = Object.keys(options).map((name) => `--${name}`);
    return { does: "refuse", problem: `${command} takes ${known.join(", ")} and nothing else` };
  }
}

function fileAsked(command: FileCommandName, values: Values): CommandLine {
  const [file, preview] = [textAt(values, "file"), textAt(values, "preview")];
  if (preview !== undefined) {
    return file === undefined
      ? { does: "preview", options: { preview, json: values.get("json") === true } }
      : { does: "refuse", problem: "plan takes --file, to ask the controllers, or --preview, to ask nobody" };
  }
  if (file === undefined) {
    const other = command === "plan" ? ", --preview where a preview is" : "";
    return { does: "refuse", problem: `--file says where the settings are${other}` };
  }
  const [ids, idsFile] = [textsAt(values, "id"), textAt(values, "ids")];
  const [apply, siteIsGone] = [values.get("apply") === true, values.get("site-is-gone") === true];
  const named = ids.length > 0 || idsFile !== undefined;
  if (apply && !named) {
    return { does: "refuse", problem: "--apply needs an --id for each entry to delete, or --ids with a file of them" };
  }
  if (!apply && (named || siteIsGone)) {
    return { does: "refuse", problem: "--id, --ids and --site-is-gone belong to --apply" };
  }
  if (file === "-" && idsFile === "-") {
    return { does: "refuse", problem: "standard input is either --file or --ids, not both" };
  }
  const since = textAt(values, "since");
  if (since !== undefined && parseSince(since, 0) === undefined) {
    return { does: "refuse", problem: "--since is 30m, 12h or 7d, or a time such as 2026-01-31T12:00:00Z" };
  }
  const json = values.get("json") === true;
  const options = { file, json, apply, ids, ...(idsFile && { idsFile }), siteIsGone, ...(since && { since }) };
  return { does: "run", command, options };
}

function membersAsked(values: Values): CommandLine {
  const [stacks, states] = [textsAt(values, "stack"), textsAt(values, "state")];
  const all = values.get("all") === true;
  const names = [all, stacks.length > 0, states.length > 0];
  if (!names.includes(true) || (all && stacks.length > 0)) {
    return { does: "refuse", problem: "give --all, or --stack NAME, or --state FILE" };
  }
  const [check, driftOnly] = [values.get("check") === true, values.get("drift") === true];
  const options = { ...projectOptions(values), all, stacks, states, check, driftOnly };
  return { does: "members", options };
}

/**
 * A leave takes about a second, and a master lets the next one wait for at most 20 s
 * (rest-api.md#concurrent-operations).
 */
const atOnce = 16;

function moveAsked(values: Values): CommandLine {
  const stack = textAt(values, "stack");
  if (stack === undefined) return { does: "refuse", problem: "--stack says which stack" };
  const waveSize = wholeAt(values, "wave", 50);
  const maxWaves = wholeAt(values, "waves", Infinity);
  const maxFailures = wholeAt(values, "max-failures", 5);
  const parallel = wholeAt(values, "parallel", atOnce);
  if (!waveSize || !maxWaves || !parallel || maxFailures === undefined) {
    const problem = "--wave, --waves and --parallel are whole numbers from 1, --max-failures one from 0";
    return { does: "refuse", problem };
  }
  const plan = values.get("plan") === true;
  const limits = { waveSize, maxFailures, parallel, ...(maxWaves !== Infinity && { maxWaves }) };
  return { does: "move", options: { ...projectOptions(values), stack, plan, ...limits } };
}

function wholeAt(values: Values, name: string, absent: number): number | undefined {
  const text = textAt(values, name);
  if (text === undefined) return absent;
  return /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}

function projectOptions(values: Values): ProjectOptions {
  return { cwd: textAt(values, "cwd") ?? ".", json: values.get("json") === true };
}

function textAt(values: Values, name: string): string | undefined {
  const value = values.get(name);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function textsAt(values: Values, name: string): string[] {
  const value = values.get(name);
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
