import { decodeJoinToken } from "./joinToken";
import type { JoinRun } from "./joinRun";
import { postJoin, type JoinBody } from "../neuvector/client/federation";
import { NeuVectorError } from "../errors/neuVectorError";
import { baseUrl } from "../neuvector/ports";
import type { Secret } from "../values/secret";
import { formatAddress } from "../values/address";

/** Sends the join. Returns the error, or `undefined` if it was accepted. */
export async function sendJoin(run: JoinRun, token: Secret): Promise<NeuVectorError | undefined> {
  const { joinSession, onEvent, signal } = run.context;
  onEvent?.({ type: "sending", url: `${baseUrl(joinSession.target)}/v1/fed/join`, name: run.name });
  run.sent = true;
  run.outcomeUnknown = true;
  try {
    await postJoin(joinSession, toJoinBody(run, token), { signal });
  } catch (error) {
    if (!(error instanceof NeuVectorError)) throw error;
    onEvent?.({ type: "failed", error });
    if (isRejection(error)) run.outcomeUnknown = false;
    else run.mayTakeEffectLate = true;
    return error;
  }
  onEvent?.({ type: "accepted" });
  return undefined;
}

/** True for a status that proves that the join had no effect. */
function isRejection({ status }: NeuVectorError): boolean {
  return status !== undefined && status >= 300 && status < 500;
}

function toJoinBody({ request: { membership }, context, name }: JoinRun, token: Secret): JoinBody {
  const { server, port } = membership.jointRest;
  const { federation } = membership.master;
  const body = { name, join_token: token.reveal(), joint_rest_info: { server, port } };
  return context.via === "controller" && federation !== undefined
    ? { ...body, server: federation.server, port: federation.port }
    : body;
}

/** Adds the hint that fits the route of the join. */
export function addRouteHint(error: NeuVectorError, { request, context }: JoinRun, token: Secret): NeuVectorError {
  const isThroughSite = context.via === "controller";
  if (error.kind === "wrong_role" && isThroughSite) {
    return error.with({
      hint: "The site's controller was not standalone when it was asked: another join or leave was under way. Run it again.",
    });
  }
  if (error.kind === "unauthorized" && context.joinSession.credentials.kind === "none") {
    return error.with({ kind: "login_rejected", hint: "This endpoint requires a login: give credentials for it." });
  }
  const { federation } = request.membership.master;
  const master = federation ?? decodeJoinToken(token);
  // A site that accepts the request passes on the response of its master (rest-api.md#joining).
  if (error.kind === "not_found" && error.code !== undefined && isThroughSite && master !== undefined) {
    const source = federation === undefined ? "the join token" : "master.federation";
    return error.with({
      hint: `The site passes on the response of its master, which ${source} names as ${formatAddress(master)}: that must be the master's federation port (11443), not its REST port (10443).`,
    });
  }
  return error;
}
