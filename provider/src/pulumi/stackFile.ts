import { InvalidTextError } from "../values/text";
import { parseDocument } from "yaml";
import { z } from "zod";
import { isMapping } from "../values/mapping";

/** The path of a stack's file, relative to Pulumi.yaml, whose text is `project`. @throws InvalidTextError */
export function stackFilePath(project: string, stack: string): string {
  const { data } = z.object({ stackConfigDir: z.string().default(".") }).safeParse(parseYaml(project));
  if (data === undefined) throw new InvalidTextError("expected a mapping");
  return `${data.stackConfigDir}/Pulumi.${stack}.yaml`;
}

/** The name of the project whose Pulumi.yaml has the text `project`; `undefined` if it has none. @throws InvalidTextError */
export function projectName(project: string): string | undefined {
  return z.object({ name: z.string() }).safeParse(parseYaml(project)).data?.name;
}

/** The `config` of a stack's file, with encrypted values as `{ secure: ciphertext }`. @throws InvalidTextError */
export function parseStackConfig(text: string): Readonly<Record<string, unknown>> {
  const file = z.object({ config: z.record(z.string(), z.unknown()).default({}) }).safeParse(parseYaml(text));
  if (!file.success) throw new InvalidTextError("expected a mapping with the key config");
  return file.data.config;
}

/** @throws InvalidTextError without quoting the text, which may contain a secret. */
function parseYaml(text: string): unknown {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw new InvalidTextError(`not valid YAML at line ${error.linePos?.[0].line ?? 1}`);
  try {
    return document.toJS() ?? {};
  } catch {
    throw new InvalidTextError("has an alias without its anchor, or far too many of them");
  }
}

/** The paths of its encrypted values, as `pulumi config get --path` takes them. */
export function encryptedPaths(config: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(config).flatMap(([key, value]) => encryptedBelow(key, value));
}

function encryptedBelow(path: string, value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((each, index) => encryptedBelow(`${path}[${index}]`, each));
  if (!isMapping(value)) return [];
  if (typeof value["secure"] === "string") return [path];
  return Object.entries(value).flatMap(([key, each]) => {
    const isPlain = /^[\w-]+$/.test(key);
    return encryptedBelow(isPlain ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`, each);
  });
}
