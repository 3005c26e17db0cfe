import { isAbsolute } from "node:path";
import { z } from "zod";
import { expected, mapping, variableName, text, withRules } from "./primitives";

/** Where a secret is kept outside program and state. Plain, so that a diff shows it; the value never gets into the state. */
export type SecretReference =
  | { readonly from: "env"; readonly name: string }
  | { readonly from: "file"; readonly path: string }
  | { readonly from: "command"; readonly argv: readonly [string, ...string[]] };

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
