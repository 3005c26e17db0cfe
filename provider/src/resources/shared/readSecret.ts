import { NeuVectorError } from "../../errors/neuVectorError";
import { Secret } from "../../values/secret";
import { describeReference, type SecretReader, type SecretReference } from "../../values/secretReference";
import { InvalidTextError, secretLine, trimText } from "../../values/text";

/** A secret is one line; a join token may be wrapped into several. */
type SecretLines = "one" | "several";

/**
 * Reads the secret that a reference names, without a byte order mark and trailing line breaks.
 * @throws NeuVectorError invalid_input, naming the reference and never a value: missing, unreadable, empty or ambiguous.
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

/** Returns the given value, or reads the one that the reference names; `undefined` if neither is declared. */
export async function resolveSecret(
  value: Secret | undefined,
  reference: SecretReference | undefined,
  reader: SecretReader,
  lines: SecretLines = "one",
): Promise<Secret | undefined> {
  return value ?? (reference === undefined ? undefined : readSecret(reference, reader, lines));
}
