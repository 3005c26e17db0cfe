import { parseDocument } from "yaml";
import { z } from "zod";

/** The path of a stack's file, relative to Pulumi.yaml, whose text is `project`. */
export function stackFilePath(project: string, stack: string): string {
  const { stackConfigDir } = z.object({ stackConfigDir: z.string().default(".") }).parse(parseYaml(project));
  return `${stackConfigDir}/Pulumi.${stack}.yaml`;
}

/** The `config` of a stack's file, with encrypted values as `{ secure: ciphertext }`. @throws Error */
export function parseStackConfig(text: string): Readonly<Record<string, unknown>> {
  const file = z.object({ config: z.record(z.string(), z.unknown()).default({}) }).safeParse(parseYaml(text));
  if (!file.success) throw new Error("expected a mapping with the key config");
  return file.data.config;
}

/** @throws Error without quoting the text, which may contain a secret. */
function parseYaml(text: string): unknown {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw new Error(`not valid YAML at line ${error.linePos?.[0].line ?? 1}`);
  return document.toJS() ?? {};
}
