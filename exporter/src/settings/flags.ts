import { closestMatch } from "@fedjoin/provider/internal/values";

/** A parsed command line. */
export interface CommandLine {
  /** Values by setting name. */
  readonly flags: ReadonlyMap<string, string>;
  /** The given flags of `switchNames`. */
  readonly switches: ReadonlySet<string>;
  /** Unknown flags and flags without a value. Never contains a value. */
  readonly problems: readonly string[];
}

/**
 * Parses `--name value` and `--name=value`, and for single letters `-n value`, `-nvalue` and `-n=value`.
 * `settingOf` maps flags with a value to their setting. Anything else but `switchNames` is a problem.
 */
export function parseFlags(
  argv: readonly string[],
  settingOf: ReadonlyMap<string, string>,
  switchNames: readonly string[],
): CommandLine {
  const flags = new Map<string, string>();
  const switches = new Set<string>();
  const problems = new Set<string>();
  const known = [...settingOf.keys(), ...switchNames].filter((flag) => flag.length > 1);
  for (let index = 0; index < argv.length; index++) {
    const { name, shown, inline } = partsOf(argv[index] ?? "");
    const setting = settingOf.get(name);
    if (setting !== undefined) {
      const value = inline ?? argv[++index] ?? "";
      if (value === "" || value.startsWith("--")) problems.add(`flag ${shown} needs a value`);
      else flags.set(setting, value);
    } else if (switchNames.includes(name) && inline === undefined) switches.add(name);
    // Show only the name: anything else may be a mistyped secret.
    else if (name.length < 2) problems.add(noFlag);
    else {
      const near = closestMatch(name, known, mostEdits);
      problems.add(noSuchFlag(shown, near === name ? undefined : near));
      // Take its value too, for the flag that is meant: otherwise the value, and that setting, were a second problem.
      const value = inline ?? (isValue(argv[index + 1]) ? argv[++index] : undefined);
      const meant = near === undefined ? undefined : settingOf.get(near);
      if (meant !== undefined && value !== undefined && value !== "" && !flags.has(meant)) flags.set(meant, value);
    }
  }
  return { flags, switches, problems: [...problems] };
}

const noFlag = "an argument is not a flag of the form --name=value";

/** Maximum edit distance of a suggested flag. */
const mostEdits = 3;

function noSuchFlag(shown: string, near: string | undefined): string {
  return `no such flag: ${shown}${near === undefined ? "" : `, did you mean --${near}?`}`;
}

const isValue = (argument: string | undefined): boolean => argument?.startsWith("-") === false;

interface Parts {
  /** Without dashes; empty if the argument is not a flag. */
  readonly name: string;
  readonly shown: string;
  readonly inline: string | undefined;
}

function partsOf(argument: string): Parts {
  const [, long, ofLong] = /^--([a-z][a-z._-]+)(?:=(.*))?$/s.exec(argument) ?? [];
  if (long !== undefined) return { name: long, shown: `--${long}`, inline: ofLong };
  const [, letter = "", ofLetter] = /^-([a-z])(?:=?(.+))?$/s.exec(argument) ?? [];
  return { name: letter, shown: `-${letter}`, inline: ofLetter };
}
