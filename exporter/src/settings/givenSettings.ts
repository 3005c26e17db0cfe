import { allSettings } from "./allSettings";
import { joinMode, joinSettings } from "./joinSettings";
import type { Sources } from "./readSettings";

const joinNames = new Set([joinMode, joinSettings].flatMap(({ shape }) => Object.keys(shape)));

/** The settings that `sources` give, by name: a secret as `set`, a file as its path. Without a join, none of its own. */
export function givenSettings(
  { flags, env }: Pick<Sources, "flags" | "env">,
  withoutJoin: boolean,
): Record<string, string> {
  const given: Record<string, string> = {};
  for (const { name, source } of allSettings) {
    if (withoutJoin && joinNames.has(name)) continue;
    const value = flags.get(name) ?? env[name] ?? "";
    const file = source === "secret" ? (env[`${name}_FILE`] ?? "") : "";
    if (value !== "") given[name] = source === "secret" ? "set" : value;
    else if (file !== "") given[`${name}_FILE`] = file;
  }
  return given;
}
