/** A command line taken apart. */
export interface CommandLine {
  /** Values by flag name without the dashes. */
  readonly flags: ReadonlyMap<string, string>;
  /** The flags without a value that were given, of `switchNames`. */
  readonly switches: ReadonlySet<string>;
  /** Everything that is no known flag, or a flag without its value. Never repeats a value. */
  readonly problems: readonly string[];
}

/** Reads `--name value` and `--name=value` for `valueNames`, and `--name` for `switchNames`. Refuses everything else. */
export function parseFlags(
  argv: readonly string[],
  valueNames: readonly string[],
  switchNames: readonly string[],
): CommandLine {
  const flags = new Map<string, string>();
  const switches = new Set<string>();
  const problems = new Set<string>();
  for (let index = 0; index < argv.length; index++) {
    const [, name = "", inline] = /^--([a-z][a-z._-]*)(?:=(.*))?$/s.exec(argv[index] ?? "") ?? [];
    if (valueNames.includes(name)) {
      const value = inline ?? argv[++index] ?? "";
      if (value === "" || value.startsWith("--")) problems.add(`flag --${name} needs a value`);
      else flags.set(name, value);
    } else if (switchNames.includes(name) && inline === undefined) switches.add(name);
    // Only a name is shown: anything else may be a secret that was mistyped.
    else problems.add(name === "" ? "an argument is no flag of the form --name=value" : `no such flag: --${name}`);
  }
  return { flags, switches, problems: [...problems] };
}
