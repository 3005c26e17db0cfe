import { NeuVectorError } from "../../errors/neuVectorError";
import { apiKeyPattern } from "../../values/credentials";
import { tokenUrlProblem } from "../../values/joinToken";
import type { FedJoinInputs } from "../fedJoin/inputs";
import type { JoinVia } from "../../federation/joinVia";
import { tokenProblem } from "../../federation/joinToken";
import type { Secret } from "../../values/secret";
import { describeReference, type SecretReference } from "../../values/secretReference";
import { readSecret, resolveSecret, type SecretReader } from "./readSecret";
import type { Credentials } from "../../neuvector/session/credentials";
import type { TokenSource } from "../../federation/tokenSource";

/** An account as the inputs declare it, each secret given or referred to. */
export type DeclaredCredentials = NonNullable<FedJoinInputs["master"]["credentials"]>;

/** The account that the inputs declare, read where they only refer to it. @throws NeuVectorError invalid_input. */
export async function resolveCredentials(declared: DeclaredCredentials, reader: SecretReader): Promise<Credentials> {
  const { username, password, passwordFrom, apiKey, apiKeyFrom } = declared;
  const key = await resolveSecret(apiKey, apiKeyFrom, reader);
  if (key !== undefined) {
    if (apiKeyPattern.test(key.reveal())) return { kind: "apiKey", key };
    throw invalidSecret(apiKeyFrom, "an API key", "expected name:secret");
  }
  const known = await resolveSecret(password, passwordFrom, reader);
  if (username !== undefined && known !== undefined) return { kind: "user", username, password: known };
  throw new NeuVectorError("invalid_input", "credentials without username and password, or API key");
}

/**
 * Where the inputs say that the join token comes from. A token or URL that they only refer to is read here, a bearer at
 * each fetch. @throws NeuVectorError invalid_input.
 */
export async function resolveTokenSource(
  inputs: FedJoinInputs,
  via: JoinVia,
  reader: SecretReader,
): Promise<TokenSource> {
  const { joinTokenFrom, joinTokenUrlFrom, joinTokenUrlOptions } = inputs;
  const token = await resolveSecret(inputs.joinToken, joinTokenFrom, reader, "several");
  if (token !== undefined) {
    const problem = tokenProblem(token, via, inputs.master.federation !== undefined);
    if (problem !== undefined) throw invalidSecret(joinTokenFrom, "a join token", problem);
    return { kind: "given", token };
  }
  const url = await resolveSecret(inputs.joinTokenUrl, joinTokenUrlFrom, reader);
  if (url === undefined) return { kind: "mint", minutes: inputs.joinTokenMinutes };
  const { tls, proxy, bearer, bearerFrom, allowHttp } = joinTokenUrlOptions ?? {};
  const problem = tokenUrlProblem(url.reveal(), allowHttp === true);
  if (problem !== undefined) throw invalidSecret(joinTokenUrlFrom, "a join token URL", problem);
  const sent = bearerFrom === undefined ? bearer : readBearer(bearerFrom, reader);
  return { kind: "url", url, tls: tls ?? {}, proxy, bearer: sent };
}

function readBearer(reference: SecretReference, reader: SecretReader): () => Promise<Secret> {
  return () => readSecret(reference, reader);
}

function invalidSecret(reference: SecretReference | undefined, what: string, problem: string): NeuVectorError {
  const where = reference === undefined ? "the inputs" : describeReference(reference);
  return new NeuVectorError("invalid_input", `${where} should hold ${what}: ${problem}`);
}
