import { allSettings } from "./allSettings";
import { readConfig, type Config } from "./config";
import { parseFlags } from "./flags";
import { readHealthTarget, type HealthTarget } from "./healthTarget";
import { correctedEnv, describeMisspelt } from "./misspeltVariables";
import type { Sources } from "./readSettings";
import { flagsOf } from "./setting";

/** The command that the command line asks for. */
export type Command =
  | { readonly does: "run"; readonly config: Config }
  | { readonly does: "check" }
  /** Checks whether an exporter with the same settings is alive. */
  | { readonly does: "health"; readonly target: HealthTarget }
  | { readonly does: "version" }
  | { readonly does: "help"; readonly text: string }
  /** All problems at once. */
  | { readonly does: "refuse"; readonly problems: readonly string[] };

export interface CommandInput extends Omit<Sources, "flags"> {
  /** Arguments after the program's name. */
  readonly argv: readonly string[];
}

const settingOf = new Map(
  allSettings.flatMap((facts) => flagsOf(facts).map((flag) => [flag.replace(/^-+/, ""), facts.name] as const)),
);
const switchNames = ["config.check", "health", "help", "version"];

/** Parses the command line and the environment. An invalid join setting is a problem only for `--config.check` (R2). */
export function parseCommand({ argv, env, readFile }: CommandInput): Command {
  const { flags, switches, problems } = parseFlags(argv, settingOf, switchNames);
  if (switches.has("version")) return { does: "version" };
  if (switches.has("help") || argv[0] === "help") return { does: "help", text: usage() };
  const sources = { flags, env, readFile };
  if (switches.has("health")) {
    const health = readHealthTarget(sources);
    const wrong = [...problems, ...health.problems];
    if (wrong.length > 0 || health.target === undefined) return { does: "refuse", problems: wrong };
    return { does: "health", target: health.target };
  }
  const { config, misspelt, ...reading } = readConfig(sources);
  const isCheck = switches.has("config.check");
  const isWrong = [problems, reading.problems, isCheck ? [...misspelt, ...reading.joinProblems] : []].some(
    (each) => each.length > 0,
  );
  if (!isWrong && config !== undefined) return isCheck ? { does: "check" } : { does: "run", config };
  // As if everything was spelt right, so that a misspelling does not count as a missing setting too.
  const meant = misspelt.length === 0 ? reading : readConfig({ ...sources, env: correctedEnv(env, misspelt) });
  const all = [
    ...problems,
    ...misspelt.map(describeMisspelt),
    ...meant.problems,
    ...(isCheck ? meant.joinProblems : []),
  ];
  return { does: "refuse", problems: all };
}

function usage(): string {
  const lines = allSettings.map(({ help, ...facts }) => {
    const variables = `${facts.name}${facts.source === "secret" ? ` or ${facts.name}_FILE` : ""}`;
    const names = `  ${[variables, ...flagsOf(facts)].join("  ")}`;
    return `${names}\n      ${help}${facts.default === undefined ? "" : ` Default ${facts.default}.`}`;
  });
  return [
    "Usage: fedjoin-exporter [--config.check | --health | --version | --help] [--flag value]...",
    "",
    "Settings, as environment variables and flags; a flag wins:",
    ...lines,
  ].join("\n");
}
