import { NeuVectorError } from "../../errors/neuVectorError";
import { Secret } from "../../values/secret";
import { describeReference, type SecretReference } from "../../values/secretReference";
import { InvalidTextError, secretLine, trimText } from "../../values/text";

/** The places that a reference may name, as the core sees them. */
export interface SecretReader {
  /** The value of an environment variable, `undefined` when it is not set. */
  env(name: string): string | undefined;
  /** The text of a file. @throws NeuVectorError invalid_input: not there, not readable, no regular file, over 64 kB. */
  file(path: string): Promise<string>;
  /** What a command writes, run without a shell. @throws NeuVectorError invalid_input: not allowed, failed, over 64 kB or 30 s. */
  command(argv: readonly [string, ...string[]]): Promise<string>;
}

/** What a secret is: one line, or a join token, which may be wrapped into several. */
type SecretLines = "one" | "several";

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
