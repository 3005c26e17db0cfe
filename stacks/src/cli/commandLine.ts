import { parseArgs } from "node:util";

/** The options of a command: with a text after it, or alone. `--help` is always one. */
export type Options = Readonly<Record<string, "text" | "flag">>;

interface CommandLine {
  /** Texts by option, each given last. */
  readonly texts: ReadonlyMap<string, string>;
  readonly flags: ReadonlySet<string>;
  /** What is wrong with it. Repeats no text, since it may be a secret. */
  readonly problems: readonly string[];
}

/** What a command line gives. */
export function readCommandLine(args: readonly string[], options: Options): CommandLine {
  const known: Options = { ...options, help: "flag" };
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(known).map(([name, kind]) => [name, { type: kind === "text" ? "string" : "boolean" } as const]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const texts = new Map<string, string>();
  const flags = new Set<string>();
  const problems: string[] = [];
  for (const token of tokens) {
    if (token.kind !== "option") problems.push("every word needs an option before it, such as --stack NAME");
    else if (known[token.name] === undefined) {
      problems.push(`${token.rawName}: unknown; the options are ${namesOf(known).join(", ")}`);
    } else if (known[token.name] === "flag") {
      if (token.value === undefined) flags.add(token.name);
      else problems.push(`--${token.name} takes nothing after it`);
    } else if (token.value === undefined || token.value === "" || token.value.startsWith("-")) {
      problems.push(`--${token.name} needs something after it`);
    } else texts.set(token.name, token.value);
  }
  return { texts, flags, problems: [...new Set(problems)] };
}

const namesOf = (options: Options): readonly string[] => Object.keys(options).map((name) => `--${name}`);

/** The stack that a command line names, or what is wrong with it. */
export function stackIn({ texts, problems }: CommandLine): {
  readonly stack: string;
  readonly problems: readonly string[];
} {
  const stack = texts.get("stack") ?? "";
  if (stack === "") return { stack, problems: problems.some(isOfStack) ? [] : ["--stack NAME is required"] };
  const isName = /^[\w.-]+$/.test(stack);
  return { stack, problems: isName ? [] : ["--stack: expected letters, digits, hyphens, dots or underscores"] };
}

const isOfStack = (problem: string): boolean => problem.startsWith("--stack ");
