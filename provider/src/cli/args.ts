import { parseArgs } from "node:util";
import { helpOf, type CommandName, commandNames } from "./help";

/** What a command line asks for. */
export type Asked =
  | { readonly does: "say"; readonly text: string }
  | { readonly does: "version" }
  | { readonly does: "refuse"; readonly problem: string }
  | { readonly does: "run"; readonly command: CommandName; readonly options: Options };

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
}

const common = {
  file: { type: "string", short: "f" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

const ofSweep = {
  apply: { type: "boolean", default: false },
  id: { type: "string", multiple: true, default: [] as string[] },
  "site-is-gone": { type: "boolean", default: false },
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
  return parseOptions(command, rest);
}

function parseOptions(command: CommandName, args: string[]): Asked {
  const options = command === "sweep" ? { ...common, ...ofSweep } : common;
  let values: Partial<Record<string, string | boolean | (string | boolean)[]>>;
  try {
    ({ values } = parseArgs({ args, options, allowPositionals: false }));
  } catch {
    const known = Object.keys(options).map((name) => `--${name}`);
    return { does: "refuse", problem: `${command} takes ${known.join(", ")} and nothing else` };
  }
  if (values["help"] === true) return { does: "say", text: helpOf(command) };
  const { file } = values;
  if (typeof file !== "string" || file === "") return { does: "refuse", problem: "--file says where the settings are" };
  const ids = (Array.isArray(values["id"]) ? values["id"] : []).filter((id) => typeof id === "string");
  const [apply, siteIsGone] = [values["apply"] === true, values["site-is-gone"] === true];
  if (apply && ids.length === 0) return { does: "refuse", problem: "--apply needs an --id for each entry to delete" };
  if (!apply && (ids.length > 0 || siteIsGone)) {
    return { does: "refuse", problem: "--id and --site-is-gone belong to --apply" };
  }
  return { does: "run", command, options: { file, json: values["json"] === true, apply, ids, siteIsGone } };
}
