import { InvalidTextError } from "@fedjoin/provider/internal/values";
import { parseDocument } from "yaml";
import { z } from "zod";

/** The path of a stack's file, relative to Pulumi.yaml, whose text is `project`. @throws InvalidTextError */
export function stackFilePath(project: string, stack: string): string {
  const { data } = z.object({ stackConfigDir: z.string().default(".") }).safeParse(parseYaml(project));
  if (data === undefined) throw new InvalidTextError("expected a mapping");
  return `${data.stackConfigDir}/Pulumi.${stack}.yaml`;
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
