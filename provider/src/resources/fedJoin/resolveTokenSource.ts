import type { FedJoinInputs } from "./inputs";
import type { JoinVia } from "../../federation/membership";
import { tokenProblem } from "../../federation/joinToken";
import type { TokenSource } from "../../federation/tokenSource";
import { tokenUrlProblem } from "../../values/joinToken";
import { invalidSecret } from "../shared/controllerAccess";
import { readSecret, resolveSecret } from "../shared/readSecret";
import type { SecretReader } from "../../values/secretReference";

/**
 * Returns the join token source that the inputs declare. Reads a token or URL that they refer to; a bearer is read at each
 * fetch. @throws NeuVectorError invalid_input.
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
  return {
    kind: "url",
    url,
    tls: tls ?? {},
    proxy,
    bearer: bearerFrom === undefined ? bearer : () => readSecret(bearerFrom, reader),
  };
}
