import { isAbsolute } from "node:path";
import { z } from "zod";
import { NeuVectorError } from "../errors/neuVectorError";
import { Secret } from "./secret";
import { secretLine, InvalidTextError, trimText } from "./text";

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

const argument = z.string("expected a program and its arguments").regex(/^[^\0]*$/, "expected no NUL character");

const oneOf = "expected exactly one of env, file, command";

/** `{ env: "NAME" }`, `{ file: "/path" }` or `{ command: ["program", "argument"] }`. */
export const secretReference = z
  .strictObject({
    env: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected the name of an environment variable")
      .optional(),
    // The working directory is whatever the engine gave the provider process: not something to build a path on.
    file: z.string().refine(isAbsolute, "expected an absolute path").optional(),
    command: z
      .tuple([argument.min(1, "expected a program")], argument, "expected a list: a program, then its arguments")
      .optional(),
  })
  .transform(({ env, file, command }, context): SecretReference => {
    const given: SecretReference[] = [];
    if (env !== undefined) given.push({ from: "env", name: env });
    if (file !== undefined) given.push({ from: "file", path: file });
    if (command !== undefined) given.push({ from: "command", argv: command });
    const [reference] = given;
    if (reference !== undefined && given.length === 1) return reference;
    context.addIssue({ code: "custom", message: oneOf });
    return z.NEVER;
  });

/** What a secret is: one line, or a join token, which may be wrapped into several. */
type SecretLines = "one" | "several";

/** A reference as messages name it. Of a command only the program: its arguments are nobody's business in a log. */
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

/**
 * The secret that a reference names, read again at each call, without a byte order mark and line ends at its end.
 * @throws NeuVectorError invalid_input, naming the reference and never a value: missing, not readable, empty, not certain.
 */
export async function readSecret(
  reference: SecretReference,
  reader: SecretReader,
  lines: SecretLines = "one",
): Promise<Secret> {
  const text = parseSecretText(await readReference(reference, reader), reference, lines);
  if (text !== "") return new Secret(text);
  throw new NeuVectorError("invalid_input", `${describeReference(reference)}, which a secret is read from, is empty`);
}

function parseSecretText(text: string, reference: SecretReference, lines: SecretLines): string {
  try {
    return lines === "one" ? secretLine(text) : trimText(text);
  } catch (error) {
    if (!(error instanceof InvalidTextError)) throw error;
    const summary = `${describeReference(reference)}, which a secret is read from, ${error.message}`;
    throw new NeuVectorError("invalid_input", summary);
  }
}

async function readReference(reference: SecretReference, reader: SecretReader): Promise<string> {
  switch (reference.from) {
    case "env": {
      const value = reader.env(reference.name);
      if (value !== undefined) return value;
      throw new NeuVectorError(
        "invalid_input",
        `${describeReference(reference)}, which a secret is read from, is not set`,
        {
          hint: "Set it where pulumi runs: the process that makes the requests inherits the environment of the command.",
        },
      );
    }
    case "file":
      return reader.file(reference.path);
    case "command":
      return reader.command(reference.argv);
  }
}

/** The given value, or the one that the reference names; `undefined` when neither is declared. */
export async function resolveSecret(
  value: Secret | undefined,
  reference: SecretReference | undefined,
  reader: SecretReader,
  lines: SecretLines = "one",
): Promise<Secret | undefined> {
  return value ?? (reference === undefined ? undefined : readSecret(reference, reader, lines));
}
