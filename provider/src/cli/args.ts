import { parseArgs, type ParseArgsConfig } from "node:util";
import { sinceMs } from "./since";
import { commandNames, fileCommandNames, helpOf, type CommandName, type FileCommandName } from "./help";

/** What a command line asks for. */
export type Asked =
  | { readonly does: "say"; readonly text: string }
  | { readonly does: "version" }
  | { readonly does: "refuse"; readonly problem: string }
  | { readonly does: "run"; readonly command: FileCommandName; readonly options: Options }
  | { readonly does: "members"; readonly options: MembersOptions }
  | { readonly does: "move"; readonly options: MoveOptions };

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
}

export interface Options {
  /** Where the settings are; `-` is standard input. */
  readonly file: string;
  readonly json: boolean;
  /** `sweep`: delete, where the others only look. */
  readonly apply: boolean;
  /** `sweep`: ids of the entries to delete. */
  readonly ids: readonly string[];
  /** `sweep`: a person vouches that the sites of these ids no longer exist. */
  readonly siteIsGone: boolean;
  /** `audit`: since when, as it was written. */
  readonly since?: string;
}

export interface MoveOptions extends ProjectOptions {
  readonly stack: string;
  /** Only show the waves. */
  readonly plan: boolean;
  readonly waveSize: number;
  readonly maxFailures: number;
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
  "site-is-gone": { type: "boolean", default: false },
} as const;

const ofMembers = {
  all: { type: "boolean", default: false },
  stack: { type: "string", multiple: true },
  state: { type: "string", multiple: true },
  cwd: { type: "string" },
  check: { type: "boolean", default: false },
  ...always,
} as const;

const ofMove = {
  stack: { type: "string" },
  cwd: { type: "string" },
  wave: { type: "string" },
  "max-failures": { type: "string" },
  parallel: { type: "string" },
  plan: { type: "boolean", default: false },
  ...always,
} as const;

/** What the arguments after the program's name ask for. */
export function parseCommandLine(argv: readonly string[]): Asked {
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
  plan: common,
  status: common,
  doctor: common,
  sweep: { ...common, ...ofSweep },
  audit: { ...common, since: { type: "string" } },
  members: ofMembers,
  move: ofMove,
};

function valuesOf(command: CommandName, args: string[]): Values | Asked {
  const options = optionsOf[command];
  try {
    return new Map(Object.entries(parseArgs({ args, options, allowPositionals: false }).values));
  } catch {
    const known = Object.keys(options).map((name) => `--${name}`);
    return { does: "refuse", problem: `${command} takes ${known.join(", ")} and nothing else` };
  }
}

function fileAsked(command: FileCommandName, values: Values): Asked {
  const file = textAt(values, "file");
  if (file === undefined) return { does: "refuse", problem: "--file says where the settings are" };
  const ids = textsAt(values, "id");
  const [apply, siteIsGone] = [values.get("apply") === true, values.get("site-is-gone") === true];
  if (apply && ids.length === 0) return { does: "refuse", problem: "--apply needs an --id for each entry to delete" };
  if (!apply && (ids.length > 0 || siteIsGone)) {
    return { does: "refuse", problem: "--id and --site-is-gone belong to --apply" };
  }
  const since = textAt(values, "since");
  if (since !== undefined && sinceMs(since, 0) === undefined) {
    return { does: "refuse", problem: "--since is 30m, 12h or 7d, or a time such as 2026-01-31T12:00:00Z" };
  }
  const options = { file, json: values.get("json") === true, apply, ids, siteIsGone, ...(since && { since }) };
  return { does: "run", command, options };
}

function membersAsked(values: Values): Asked {
  const [stacks, states] = [textsAt(values, "stack"), textsAt(values, "state")];
  const all = values.get("all") === true;
  const names = [all, stacks.length > 0, states.length > 0];
  if (!names.includes(true) || (all && stacks.length > 0)) {
    return { does: "refuse", problem: "give --all, or --stack NAME, or --state FILE" };
  }
  const options = { ...projectOptions(values), all, stacks, states, check: values.get("check") === true };
  return { does: "members", options };
}

/** A leave takes about a second, and a master lets the next one wait for at most 20 s (contract 3.6). */
const atOnce = 16;

function moveAsked(values: Values): Asked {
  const stack = textAt(values, "stack");
  if (stack === undefined) return { does: "refuse", problem: "--stack says which stack" };
  const waveSize = wholeAt(values, "wave", 50);
  const maxFailures = wholeAt(values, "max-failures", 5);
  const parallel = wholeAt(values, "parallel", atOnce);
  if (
    waveSize === undefined ||
    waveSize === 0 ||
    parallel === undefined ||
    parallel === 0 ||
    maxFailures === undefined
  ) {
    return { does: "refuse", problem: "--wave and --parallel are whole numbers from 1, --max-failures one from 0" };
  }
  const plan = values.get("plan") === true;
  return { does: "move", options: { ...projectOptions(values), stack, plan, waveSize, maxFailures, parallel } };
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
