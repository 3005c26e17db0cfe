import { isAbsolute } from "node:path";
import * as z from "zod";
import { expected, mapping, variableName, text, withRules } from "./primitives";

/** Where a secret is kept outside program and state. Plain, so that a diff shows it; the value never gets into the state. */
export type SecretReference =
  | { readonly from: "env"; readonly name: string }
  | { readonly from: "file"; readonly path: string }
  | { readonly from: "command"; readonly argv: readonly [string, ...string[]] };

/** The places that a reference may name, as the core sees them. */
export interface SecretReader {
  /** The value of an environment variable, `undefined` when it is not set. */
  env(name: string): string | undefined;
  /** The text of a file. @throws NeuVectorError invalid_input: not there, not readable, no regular file, over 64 kB. */
  file(path: string): Promise<string>;
  /** What a command writes, run without a shell. @throws NeuVectorError invalid_input: not allowed, failed, over 64 kB or 30 s. */
  command(argv: readonly [string, ...string[]]): Promise<string>;
}

const argument = z
  .string({ error: ({ input }) => (typeof input === "number" ? "is a number: quote it" : "expected text") })
  .refine(hasNoNul, "expected no NUL character");
const program = z
  .string("expected a program")
  .min(1, "expected a program")
  .refine(hasNoNul, "expected no NUL character");

function hasNoNul(given: string): boolean {
  return !given.includes("\0");
}

/** Where a FedJoin reads a secret when it needs it, on the machine that runs Pulumi: exactly one of the keys. */
export const secretReference = withRules(
  mapping({
    env: variableName.exactOptional().describe("name of an environment variable"),
    // The engine chooses the working directory of the provider process, so no path can be relative to it.
    file: text
      .refine(isAbsolute, "expected an absolute path")
      .exactOptional()
      .describe("absolute path of a file, at most 64 kB"),
    command: z
      .tuple([program], argument, expected("a list: a program, then its arguments"))
      .exactOptional()
      .describe(
        "a program and its arguments, run without a shell; needs FEDJOIN_ALLOW_COMMANDS=true on the machine that runs Pulumi",
      ),
  }).meta({ title: "Reference" }),
  [
    "",
    "give exactly one of env, file, command",
    ({ env, file, command }) => [env, file, command].filter((given) => given !== undefined).length === 1,
  ],
);

/** The same, as the provider reads it. */
export const parsedSecretReference = secretReference.transform(({ env, file, command }): SecretReference => {
  if (env !== undefined) return { from: "env", name: env };
  if (file !== undefined) return { from: "file", path: file };
  if (command !== undefined) return { from: "command", argv: command };
  return z.NEVER;
});

/** A reference as messages name it. Of a command only the program, since its arguments may be confidential. */
export function describeReference(reference: SecretReference): string {
  switch (reference.from) {
    case "env":
      return `environment variable ${reference.name}`;
    case "file":
      return `file ${reference.path}`;
    case "command":
      return `command ${reference.argv[0]}`;
  }
}
