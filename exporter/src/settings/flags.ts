import { closestMatch } from "@fedjoin/provider";

/** A command line taken apart. */
export interface CommandLine {
  /** Values by the name of the setting that their flag gives. */
  readonly flags: ReadonlyMap<string, string>;
  /** The flags without a value that were given, of `switchNames`. */
  readonly switches: ReadonlySet<string>;
  /** Everything that is no known flag, or a flag without its value. Never repeats a value. */
  readonly problems: readonly string[];
}

/**
 * Reads `--name value` and `--name=value`, and for one letter `-n value`, `-nvalue` and `-n=value`.
 * `settingOf` gives the setting of each flag that takes a value. Refuses everything that it and `switchNames` do not know.
 */
export function parseFlags(
  argv: readonly string[],
  settingOf: ReadonlyMap<string, string>,
  switchNames: readonly string[],
): CommandLine {
  const flags = new Map<string, string>();
  const switches = new Set<string>();
  const problems = new Set<string>();
  const known = [...settingOf.keys(), ...switchNames];
  for (let index = 0; index < argv.length; index++) {
    const { name, shown, inline } = partsOf(argv[index] ?? "");
    const setting = settingOf.get(name);
    if (setting !== undefined) {
      const value = inline ?? argv[++index] ?? "";
      if (value === "" || value.startsWith("--")) problems.add(`flag ${shown} needs a value`);
      else flags.set(setting, value);
    } else if (switchNames.includes(name) && inline === undefined) switches.add(name);
    // Only a name is shown: anything else may be a secret that was mistyped.
    else problems.add(name.length < 2 ? noFlag : noSuchFlag(name, shown, known));
  }
  return { flags, switches, problems: [...problems] };
}

const noFlag = "an argument is not a flag of the form --name=value";

/** Letters that a mistyped flag may differ by. */
const mostEdits = 3;

function noSuchFlag(name: string, shown: string, known: readonly string[]): string {
  const near = closestMatch(
    name,
    known.filter((flag) => flag.length > 1),
    mostEdits,
  );
  return `no such flag: ${shown}${near === undefined || near === name ? "" : `, did you mean --${near}?`}`;
}

interface Parts {
  /** Without the dashes; empty for what is no flag. */
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
