import type { Address, Secret } from "@fedjoin/provider";
import { z } from "zod";

/** What a setting is besides its kind: enough to read it and to document it. */
export interface SettingFacts {
  readonly help: string;
  /** The name of its flag without the dashes. A secret has none: a command line is visible to everybody on the machine. */
  readonly flag?: string;
  /** The flags of the Python exporter for it, a letter and a word, without the dashes. */
  readonly pythonFlags?: readonly [letter: string, word: string];
  /** Used when the setting is absent or empty, as text. */
  readonly default?: string;
  /**
   * `secret`: may also come from the file that `<NAME>_FILE` names, and is never shown.
   * `file`: names a file, and its value is the file's contents.
   */
  readonly source?: "secret" | "file";
  /** A secret that may be wrapped into several lines. */
  readonly isWrapped?: true;
  /** A wrong value falls back to the default with a warning instead of being refused. */
  readonly lenient?: true;
}

const registry = z.registry<SettingFacts>();

/** A setting of kind `schema`; settings are the fields of a zod object, by the name of their environment variable. */
export function setting<T extends z.ZodType>(schema: T, facts: SettingFacts): T {
  const own = schema.clone();
  registry.add(own, facts);
  return own;
}

/** Every setting of `schema` with its facts, in the order of declaration. */
export function settingFacts(
  schema: z.ZodObject,
): (SettingFacts & { readonly name: string; readonly required: boolean })[] {
  return Object.entries(schema.shape).map(([name, field]) => {
    const facts = registry.get(field);
    if (facts === undefined) throw new Error(`setting ${name} was not declared by setting()`);
    return { name, required: facts.default === undefined && !z.safeParse(field, undefined).success, ...facts };
  });
}

/** Every flag that gives a setting, with its dashes. */
export function flagsOf({ flag, pythonFlags }: Pick<SettingFacts, "flag" | "pythonFlags">): string[] {
  const own = flag === undefined ? [] : [`--${flag}`];
  return pythonFlags === undefined ? own : [...own, `-${pythonFlags[0]}`, `--${pythonFlags[1]}`];
}

/** How a REST API is reached beside its address. */
interface Route {
  readonly basePath: string | undefined;
  readonly proxy: Secret | undefined;
}

/** An address with the base path of its REST API and the proxy on the way, where there are such. */
export function withRoute(address: Address, { basePath = "", proxy }: Route): Address {
  return { ...address, ...(basePath !== "" && { basePath }), ...(proxy !== undefined && { proxy }) };
}
