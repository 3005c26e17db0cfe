import { InvalidTextError, Secret, secretLine, trimText } from "@fedjoin/provider/internal/values";
import * as z from "zod";
import { readText, rereadableSecret, type FileSources } from "../values/fileText";
import { settingFacts, type SettingFacts } from "./setting";

/** The sources of settings. Flags take precedence over the environment, the environment over files. */
export interface Sources extends FileSources {
  /** By setting name. */
  readonly flags: ReadonlyMap<string, string>;
}

/** The result of reading settings; `values` only if there are no problems. */
export interface Reading<T> {
  readonly values: T | undefined;
  /** All invalid settings, as `NAME must be …`. Never contains a value. */
  readonly problems: readonly string[];
  /** Invalid settings replaced by their default. */
  readonly warnings: readonly string[];
}

/** Reads the settings of `schema` from `sources`. An empty value counts as not set. */
export function readSettings<S extends z.ZodRawShape>(
  schema: z.ZodObject<S>,
  sources: Sources,
): Reading<z.output<z.ZodObject<S>>> {
  const problems: string[] = [];
  const warnings: string[] = [];
  const facts = settingFacts(schema);
  const given: Record<string, string> = {};
  const fromFiles = new Map<string, () => Raw>();
  const wrong = new Set<string>();
  for (const fact of facts) {
    const raw = readRaw(fact, sources);
    if ("problem" in raw) {
      problems.push(raw.problem);
      wrong.add(fact.name);
    } else {
      if (raw.again !== undefined) fromFiles.set(fact.name, raw.again);
      const value = raw.value ?? fact.default;
      if (value !== undefined) given[fact.name] = value;
    }
  }
  const reading = z.safeParse(schema, given);
  const issues = (reading.error?.issues ?? []).filter(({ path }) => !wrong.has(String(path[0])));
  const lenient = new Map(facts.filter((fact) => fact.lenient).map((fact) => [fact.name, fact.default ?? ""]));
  for (const { code, path, message } of issues) {
    const name = String(path[0]);
    const fallback = lenient.get(name);
    if (fallback === undefined) {
      problems.push(`${name} ${code === "invalid_type" ? "is required" : message}${hintFor(given[name])}`);
    } else {
      warnings.push(`${name} ${message}; using ${fallback}`);
      given[name] = fallback;
    }
  }
  if (problems.length > 0) return { values: undefined, problems, warnings };
  const values = reading.success ? reading.data : schema.parse(given);
  for (const [name, again] of fromFiles) {
    const field = schema.shape[name];
    if (field !== undefined) rereadSecret(values, name, () => z.safeParse(field, valueOf(again())).data);
  }
  return { values, problems, warnings };
}

/** Makes a secret from a file be reread at each use. */
function rereadSecret(values: Record<string, unknown>, name: string, again: () => unknown): void {
  const first = values[name];
  if (!(first instanceof Secret)) return;
  values[name] = rereadableSecret(first, () => {
    const next = again();
    return next instanceof Secret ? next : undefined;
  });
}

function valueOf(raw: Raw): string | undefined {
  return "value" in raw ? raw.value : undefined;
}

/** The text of a setting; a text from a file can be read `again`. */
type Raw = { readonly value: string | undefined; readonly again?: () => Raw } | { readonly problem: string };

function readRaw(fact: SettingFacts & { readonly name: string }, sources: Sources): Raw {
  const { name, source } = fact;
  const { flags, env } = sources;
  const flag = flags.get(name);
  const direct = flag ?? nonEmpty(env[name]);
  if (source === undefined) return { value: direct };
  if (source === "file") return direct === undefined ? { value: undefined } : readFrom(name, direct, sources, trimText);
  const secret = fact.isWrapped === true ? trimText : secretLine;
  const file = nonEmpty(env[`${name}_FILE`]);
  if (file === undefined || flag !== undefined)
    return direct === undefined ? { value: direct } : applyRule(name, direct, secret);
  if (direct !== undefined) return { problem: `${name} and ${name}_FILE exclude each other` };
  return readFrom(`${name}_FILE`, file, sources, secret);
}

type TextRule = (text: string) => string;

function applyRule(name: string, text: string, rule: TextRule): Raw {
  try {
    return { value: nonEmpty(rule(text)) };
  } catch (error) {
    if (error instanceof InvalidTextError) return { problem: `${name} ${error.message}` };
    throw error;
  }
}

function readFrom(name: string, path: string, sources: Sources, rule: TextRule): Raw {
  const read = readText(sources.readFile, path, rule);
  if ("problem" in read) return { problem: `${name} names a file that ${read.problem}` };
  return { value: read.value, again: () => readFrom(name, path, sources, rule) };
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

/** Explains `<SERVICE>_PORT=tcp://…`, which Kubernetes sets for each Service of the namespace. */
function hintFor(value: string | undefined): string {
  return value?.startsWith("tcp://") === true
    ? "; Kubernetes set it for a Service of that name: set enableServiceLinks: false"
    : "";
}
