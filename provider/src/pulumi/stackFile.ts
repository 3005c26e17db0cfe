import { InvalidTextError } from "../values/text";
import * as z from "zod";
import { isMapping } from "../values/mapping";
import { parseYaml } from "../values/yaml";

/** The path of a stack's file, relative to Pulumi.yaml, whose text is `project`. @throws InvalidTextError */
export function stackFilePath(project: string, stack: string): string {
  const { data } = z.object({ stackConfigDir: z.string().default(".") }).safeParse(readYaml(project));
  if (data === undefined) throw new InvalidTextError("expected a mapping");
  return `${data.stackConfigDir}/Pulumi.${stack}.yaml`;
}

/** The name of a stack without the organization and the project that may precede it. */
export function shortStackName(stack: string): string {
  return stack.split("/").at(-1) ?? "";
}

/** The name of the project whose Pulumi.yaml has the text `project`; `undefined` if it has none. @throws InvalidTextError */
export function projectName(project: string): string | undefined {
  return z.object({ name: z.string() }).safeParse(readYaml(project)).data?.name;
}

/** The `config` of a stack's file, with encrypted values as `{ secure: ciphertext }`. @throws InvalidTextError */
export function parseStackConfig(text: string): Readonly<Record<string, unknown>> {
  const file = z.object({ config: z.record(z.string(), z.unknown()).default({}) }).safeParse(readYaml(text));
  if (!file.success) throw new InvalidTextError("expected a mapping with the key config");
  return file.data.config;
}

function readYaml(text: string): unknown {
  const yaml = parseYaml(text);
  if ("problem" in yaml) throw new InvalidTextError(yaml.problem);
  return yaml.value ?? {};
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
