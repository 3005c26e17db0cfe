import { parse } from "yaml";
import * as z from "zod";

const service = z.looseObject({
  image: z.string().optional(),
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
});

const composeFile = z.looseObject({
  services: z.record(z.string(), service),
  secrets: z.record(z.string(), z.object({ file: z.string() })).default({}),
});

/** A file of Docker Compose, with `${NAME}`, `${NAME:-default}` and `${NAME:?why}` replaced. @throws naming a missing variable. */
export function readCompose(text: string, variables: Readonly<Record<string, string>>) {
  const replaced = (value: string): string =>
    value.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_whole, name: string, kind: string, rest) => {
      const found = variables[name] ?? (kind === "-" ? String(rest) : undefined);
      if (found === undefined) throw new Error(`variable ${name} is not set`);
      return found;
    });
  const read: unknown = parse(text, (_key, value: unknown) => (typeof value === "string" ? replaced(value) : value));
  return composeFile.parse(read);
}

/** The lines `NAME=value` of a file such as `.env`. */
export function readEnvFile(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries([...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]));
}
