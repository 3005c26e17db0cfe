import { closestMatch } from "@fedjoin/provider/internal/values";
import type { SettingFacts } from "./setting";

type Env = Readonly<Record<string, string | undefined>>;

/** A variable that is probably meant to be a setting. */
export interface MisspeltVariable {
  readonly name: string;
  /** The variable that it should be. */
  readonly meant: string;
}

/** A shorter name is too close to the variables of other programs. */
const longName = 11;

/**
 * Finds the variables that are no setting but nearly the name of one: at most two letters differ, or `_FILE` is missing
 * or too much. Numbered ones, such as `CTRL_PASSWORD_2`, are for the references of a configuration file.
 */
export function misspeltVariables(
  env: Env,
  settings: readonly Pick<SettingFacts & { name: string }, "name" | "source">[],
): MisspeltVariable[] {
  const names = settings.flatMap(({ name, source }) => (source === "secret" ? [name, `${name}_FILE`] : [name]));
  const known = new Set(names);
  return Object.keys(env)
    .filter((name) => !known.has(name) && (env[name] ?? "") !== "")
    .flatMap((name) => {
      const meant = meantBy(name, known);
      return meant === undefined ? [] : [{ name, meant }];
    });
}

function meantBy(name: string, known: ReadonlySet<string>): string | undefined {
  const other = name.endsWith("_FILE") ? name.slice(0, -"_FILE".length) : `${name}_FILE`;
  if (known.has(other)) return other;
  if (known.has(name.replace(/_?\d+$/, ""))) return undefined;
  const most = name.length < longName ? 1 : 2;
  // A comparison is not cheap, and the environment of a pod has hundreds of variables.
  const similar = [...known].filter((each) => Math.abs(each.length - name.length) <= most);
  return closestMatch(name, similar, most);
}

/** The problem of such a variable. */
export const describeMisspelt = ({ name, meant }: MisspeltVariable): string =>
  `${name} is not a setting, did you mean ${meant}?`;

/** The environment as it is probably meant. */
export function correctedEnv(env: Env, misspelt: readonly MisspeltVariable[]): Env {
  return { ...Object.fromEntries(misspelt.map(({ name, meant }) => [meant, env[name]])), ...env };
}
