import { NeuVectorError } from "../errors";
import { apiKeyPattern, tokenUrlProblem } from "./inputParts";
import type { FedJoinInputs } from "./inputs";
import type { JoinVia } from "../join/joinVia";
import { tokenProblem } from "../join/joinToken";
import type { Secret } from "../secret";
import {
  describeReference,
  readSecret,
  valueOrReferred,
  type SecretReader,
  type SecretReference,
} from "../secretSource";
import type { Credentials } from "../controller/session";
import type { TokenSource } from "../join/tokenSource";

/** An account as the inputs declare it, each secret given or referred to. */
export type DeclaredCredentials = NonNullable<FedJoinInputs["master"]["credentials"]>;

/** The account that the inputs declare, read where they only refer to it. @throws NeuVectorError invalid_input. */
export async function credentialsOf(declared: DeclaredCredentials, reader: SecretReader): Promise<Credentials> {
  const { username, password, passwordFrom, apiKey, apiKeyFrom } = declared;
  const key = await valueOrReferred(apiKey, apiKeyFrom, reader);
  if (key !== undefined) {
    if (apiKeyPattern.test(key.reveal())) return { kind: "apiKey", key };
    throw wrong(apiKeyFrom, "an API key", "expected name:secret");
  }
  const known = await valueOrReferred(password, passwordFrom, reader);
  if (username !== undefined && known !== undefined) return { kind: "user", username, password: known };
  throw new NeuVectorError("invalid_input", "credentials without username and password, or API key");
}

/**
 * Where the inputs say that the join token comes from. A token or URL that they only refer to is read here, a bearer at
 * each fetch. @throws NeuVectorError invalid_input.
 */
export async function tokenSourceOf(inputs: FedJoinInputs, via: JoinVia, reader: SecretReader): Promise<TokenSource> {
  const { joinTokenFrom, joinTokenUrlFrom, joinTokenUrlOptions } = inputs;
  const token = await valueOrReferred(inputs.joinToken, joinTokenFrom, reader, "several");
  if (token !== undefined) {
    const problem = tokenProblem(token, via, inputs.master.federation !== undefined);
    if (problem !== undefined) throw wrong(joinTokenFrom, "a join token", problem);
    return { kind: "given", token };
  }
  const url = await valueOrReferred(inputs.joinTokenUrl, joinTokenUrlFrom, reader);
  if (url === undefined) return { kind: "mint", minutes: inputs.joinTokenMinutes };
  const { tls, proxy, bearer, bearerFrom, allowHttp } = joinTokenUrlOptions ?? {};
  const problem = tokenUrlProblem(url.reveal(), allowHttp === true);
  if (problem !== undefined) throw wrong(joinTokenUrlFrom, "a join token URL", problem);
  const sent = bearerFrom === undefined ? bearer : bearerAt(bearerFrom, reader);
  return { kind: "url", url, tls: tls ?? {}, proxy, bearer: sent };
}

function bearerAt(reference: SecretReference, reader: SecretReader): () => Promise<Secret> {
  return () => readSecret(reference, reader);
}

function wrong(reference: SecretReference | undefined, what: string, problem: string): NeuVectorError {
  const where = reference === undefined ? "the inputs" : describeReference(reference);
  return new NeuVectorError("invalid_input", `${where} should hold ${what}: ${problem}`);
}
