import { errorCode } from "@fedjoin/provider";
import { z } from "zod";
import { factsOf, type SettingFacts } from "./setting";

/** Where settings come from; a flag wins over the environment, the environment over a file. */
export interface Sources {
  /** By the name of the setting. */
  readonly flags: ReadonlyMap<string, string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** @throws when the file cannot be read. */
  readonly readFile: (path: string) => string;
}

/** Settings as read: `values` only when nothing is wrong. */
export interface Reading<T> {
  readonly values: T | undefined;
  /** Every wrong setting by name, as `NAME must be …`. Never repeats a value. */
  readonly problems: readonly string[];
  /** Wrong settings whose default is used instead. */
  readonly warnings: readonly string[];
}

/** The settings of `schema` from `sources`; an empty value counts as absent. */
export function readSettings<S extends z.ZodRawShape>(
  schema: z.ZodObject<S>,
  sources: Sources,
): Reading<z.output<z.ZodObject<S>>> {
  const problems: string[] = [];
  const warnings: string[] = [];
  const facts = factsOf(schema);
  const given: Record<string, string> = {};
  const wrong = new Set<string>();
  for (const fact of facts) {
    const raw = readRaw(fact, sources);
    if ("problem" in raw) {
      problems.push(raw.problem);
      wrong.add(fact.name);
    } else {
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
  return { values: schema.parse(given), problems, warnings };
}

type Raw = { readonly value: string | undefined } | { readonly problem: string };

function readRaw({ name, source }: SettingFacts & { readonly name: string }, sources: Sources): Raw {
  const { flags, env } = sources;
  const flag = flags.get(name);
  const direct = flag ?? nonEmpty(env[name]);
  if (source === undefined) return { value: direct };
  if (source === "file") return direct === undefined ? { value: undefined } : readFrom(name, direct, sources);
  const file = nonEmpty(env[`${name}_FILE`]);
  if (file === undefined || flag !== undefined) return { value: direct };
  if (direct !== undefined) return { problem: `${name} and ${name}_FILE exclude each other` };
  return readFrom(`${name}_FILE`, file, sources);
}

function readFrom(name: string, path: string, { readFile }: Sources): Raw {
  try {
    const value = readFile(path).replace(/\r?\n$/, "");
    return value === "" ? { problem: `${name} names an empty file` } : { value };
  } catch (error) {
    return { problem: `${name} names a file that cannot be read (${errorCode(error)})` };
  }
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

/** Kubernetes sets `<SERVICE>_PORT=tcp://…` for each Service of the namespace. */
function hintFor(value: string | undefined): string {
  return value?.startsWith("tcp://") === true
    ? "; Kubernetes set it for a Service of that name: set enableServiceLinks: false"
    : "";
}
