import { readConfig, type Config } from "./config";
import { parseFlags } from "./flags";
import { readHealthTarget, type HealthTarget } from "./healthTarget";
import { joinMode, joinSettings, joinSwitch } from "./joinSettings";
import type { Sources } from "./readSettings";
import { flagsOf, settingFacts } from "./setting";
import { exporterSettings, intervalSettings } from "./settings";

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

const allFacts = [exporterSettings, intervalSettings, joinSwitch, joinMode, joinSettings].flatMap(settingFacts);
const settingOf = new Map(
  allFacts.flatMap((facts) => flagsOf(facts).map((flag) => [flag.replace(/^-+/, ""), facts.name] as const)),
);
const switchNames = ["config.check", "health", "help", "version"];

/** Parses the command line and the environment. An invalid join setting is a problem only for `--config.check` (R2). */
export function parseCommand({ argv, env, readFile }: CommandInput): Command {
  const { flags, switches, problems } = parseFlags(argv, settingOf, switchNames);
  if (switches.has("version")) return { does: "version" };
  if (switches.has("help")) return { does: "help", text: usage() };
  const sources = { flags, env, readFile };
  if (switches.has("health")) {
    const health = readHealthTarget(sources);
    const wrong = [...problems, ...health.problems];
    if (wrong.length > 0 || health.target === undefined) return { does: "refuse", problems: wrong };
    return { does: "health", target: health.target };
  }
  const { config, ...reading } = readConfig(sources);
  const isCheck = switches.has("config.check");
  const all = [...problems, ...reading.problems, ...(isCheck ? reading.joinProblems : [])];
  if (all.length > 0 || config === undefined) return { does: "refuse", problems: all };
  return isCheck ? { does: "check" } : { does: "run", config };
}

function usage(): string {
  const lines = allFacts.map(({ help, ...facts }) => {
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
