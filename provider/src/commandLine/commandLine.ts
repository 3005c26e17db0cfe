import { Command, CommanderError, Help, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { closestMatch } from "../values/unknownKeys";

/** Wrong usage of a program. The message quotes no argument, since any of them may be a misplaced secret. */
export class UsageError extends Error {}

/** A failure that the person who runs a program can resolve: its message is shown without a stack trace. */
export class ProgramError extends Error {
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}

/** What arguments ask for: a text to print, or something to run; or why they are refused. */
export type CommandLine<T> =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "run"; readonly value: T }
  | {
      readonly kind: "refused";
      readonly problem: string;
      /** The command that prints the help for these arguments. */
      readonly help: string;
    };

const helpWidth = 80;
const help = new Help();

/**
 * Parses arguments with commander.
 * @param name The program as it is called, for its usage line.
 * @param given The arguments; `help` alone is `--help`, as it is for a program with commands.
 * @param declare Declares options, commands and their help. An action passes what to run to `select`, or throws
 * `UsageError`.
 */
export function parseCommandLine<T>(
  name: string,
  given: readonly string[],
  declare: (program: Command, select: (value: T) => void) => void,
): CommandLine<T> {
  let text = "";
  const selected: T[] = [];
  const program = new Command(name)
    .exitOverride()
    .configureOutput({
      writeOut: (part) => (text += part),
      writeErr: () => undefined,
      getOutHelpWidth: () => helpWidth,
      getOutHasColors: () => false,
    })
    .configureHelp({
      commandDescription: (command) => joinLines(command.description()),
      optionDescription: (option) =>
        option.defaultValue === false ? option.description : help.optionDescription(option),
    })
    .helpOption("-h, --help", "show this help");
  declare(program, (value) => selected.push(value));
  const argv = program.commands.length === 0 && given[0] === "help" ? ["--help"] : given;
  const command = program.commands.find((each) => each.name() === argv[0]);
  const refuse = (problem: string): CommandLine<T> => {
    return { kind: "refused", problem, help: [name, ...(command ? [command.name()] : []), "--help"].join(" ") };
  };
  const known = optionNames(command ?? program);
  const unknown = findUnknownOption(argv, known);
  // Before commander misses the option that is meant.
  if (unknown !== undefined) return refuse(`unknown option${suggestion(unknown, known)}`);
  try {
    program.parse(argv, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return { kind: "text", text };
    const commands = program.commands.map((each) => each.name());
    return refuse(problemOf(error, argv[0] === undefined ? "" : suggestion(argv[0], commands)));
  }
  const [value] = selected;
  if (value === undefined) throw new Error(`${name}: no action was selected`);
  return { kind: "run", value };
}

/** Makes a paragraph one line, for the help to wrap. Indented lines and blank lines stay. */
function joinLines(text: string): string {
  return text.replace(/(\S)\n(?=\S)/g, "$1 ");
}

const mostEdits = 2;

/** Names what was probably meant, and never what was given: that may be a misplaced secret. */
function suggestion(given: string, names: readonly string[]): string {
  const words = names.filter((name) => name.length > mostEdits);
  const near = given.length > mostEdits ? closestMatch(given, words, mostEdits) : undefined;
  return near === undefined ? "" : `, did you mean ${near}?`;
}

const optionNames = (command: CommandUnknownOpts): string[] => [
  ...command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, short }) => [long, short])
    .filter((each) => each !== undefined),
];

/** The first argument that looks like an option and is none of `known`; the values of options never look like one. */
function findUnknownOption(argv: readonly string[], known: readonly string[]): string | undefined {
  return argv
    .filter((argument) => /^-./.test(argument) && argument !== "--")
    .map((argument) => (argument.startsWith("--") ? (argument.split("=", 1)[0] ?? "") : argument.slice(0, 2)))
    .find((option) => !known.includes(option));
}

/** Commander's own words only where they quote nothing but declarations. */
function problemOf(error: unknown, nearCommand: string): string {
  if (error instanceof UsageError) return error.message;
  if (!(error instanceof CommanderError)) throw error;
  switch (error.code) {
    case "commander.missingMandatoryOptionValue":
      return error.message.replace(/^error: required option '(.*)' not specified$/, "$1 is required");
    case "commander.conflictingOption":
      return error.message.replace(/^error: /, "");
    case "commander.optionMissingArgument":
      return error.message.replace(/^error: option '(.*)' argument missing$/, "$1 needs a value");
    case "commander.unknownOption":
      return "this option takes no value";
    case "commander.unknownCommand":
      return `unknown command${nearCommand}`;
    case "commander.help":
      return "a command is required";
    default:
      return "unexpected argument: every value follows an option";
  }
}

/** The part of a help text that tells what each exit code means. */
export function exitCodeHelp(meanings: Readonly<Record<number, string>>): string {
  return ["", "Exit code:", ...Object.entries(meanings).map(([code, meaning]) => `  ${code}  ${meaning}`)].join("\n");
}
