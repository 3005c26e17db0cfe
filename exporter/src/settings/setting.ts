import * as z from "zod";

/** What is needed to read and document a setting, apart from its schema. */
export interface SettingFacts {
  readonly help: string;
  /** Flag name without dashes. Secrets have none, because every user of the machine can see command lines. */
  readonly flag?: string;
  /** The Python exporter's flags, without dashes. */
  readonly pythonFlags?: readonly [letter: string, word: string];
  /** The text used if the setting is missing or empty. */
  readonly default?: string;
  /**
   * `secret`: never shown; may also come from the file named by `<NAME>_FILE`.
   * `file`: names a file, whose content is the value.
   */
  readonly source?: "secret" | "file";
  /** A secret that may span several lines. */
  readonly isWrapped?: true;
  /** An invalid value is replaced by the default with a warning. */
  readonly lenient?: true;
}

const registry = z.registry<SettingFacts>();

/**
 * Declares a setting by a schema of its own. Settings are the fields of a zod object, named after their environment
 * variable.
 */
export function setting<T extends z.ZodType>(schema: T, facts: SettingFacts): T {
  if (registry.has(schema)) throw new Error(`a setting shares its schema: ${facts.help}`);
  registry.add(schema, facts);
  return schema;
}

/** The settings of `schema` with their facts, in declaration order. */
export function settingFacts(schema: z.ZodObject): (SettingFacts & { readonly name: string })[] {
  return Object.entries(schema.shape).map(([name, field]) => {
    const facts = registry.get(field);
    if (facts === undefined) throw new Error(`setting ${name} was not declared by setting()`);
    return { name, ...facts };
  });
}

/** All flags of a setting, with dashes. */
export function flagsOf({ flag, pythonFlags }: Pick<SettingFacts, "flag" | "pythonFlags">): string[] {
  const own = flag === undefined ? [] : [`--${flag}`];
  return pythonFlags === undefined ? own : [...own, `-${pythonFlags[0]}`, `--${pythonFlags[1]}`];
}
