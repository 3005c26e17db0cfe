import type * as z from "zod";
import type { credentials } from "./controllerInputs";
import { resolveSecret } from "./readSecret";
import type { SecretReader } from "../../values/secretReference";
import { NeuVectorError } from "../../errors/neuVectorError";
import type { Target } from "../../neuvector/ports";
import type { Credentials } from "../../neuvector/session/credentials";
import { apiKeyPattern } from "../../values/credentials";
import { describeReference, type SecretReference } from "../../values/secretReference";
import type { Address } from "../../values/address";
import type { TlsSettings } from "../../values/tls";

/** An account as the inputs declare it. Each secret is given or referred to. */
export type DeclaredCredentials = z.output<typeof credentials>;

/** Returns the account that the inputs declare, and reads the secrets that they refer to. @throws NeuVectorError invalid_input. */
export async function resolveCredentials(declared: DeclaredCredentials, reader: SecretReader): Promise<Credentials> {
  const { username, password, passwordFrom, apiKey, apiKeyFrom } = declared;
  const key = await resolveSecret(apiKey, apiKeyFrom, reader);
  if (key !== undefined) {
    if (apiKeyPattern.test(key.reveal())) return { kind: "apiKey", key };
    throw invalidSecret(apiKeyFrom, "an API key", "expected name:secret");
  }
  const resolved = await resolveSecret(password, passwordFrom, reader);
  if (username !== undefined && resolved !== undefined) return { kind: "user", username, password: resolved };
  throw new NeuVectorError("invalid_input", "credentials without username and password, or API key");
}

/** The error for a secret of the wrong form. Names its reference, never its value. */
export function invalidSecret(
  reference: SecretReference | undefined,
  expected: string,
  problem: string,
): NeuVectorError {
  const source = reference === undefined ? "the inputs" : describeReference(reference);
  return new NeuVectorError("invalid_input", `${source} should hold ${expected}: ${problem}`);
}

/** Returns the request target for a controller of the inputs. */
export function toTarget({ server, port, basePath, proxy }: Address, tls: TlsSettings | undefined): Target {
  const optional = { ...(basePath !== undefined && { basePath }), ...(proxy !== undefined && { proxy }) };
  return { protocol: "https", server, port, ...optional, tls: tls ?? {} };
}
