import { generateClusterName } from "./clusterName";
import { createJoinGracePeriods, type JoinGracePeriods } from "./joinGracePeriods";
import type { JoinContext, JoinRequest } from "./joinRequest";
import { decodeJoinToken, joinTokenFingerprint } from "./joinToken";
import type { DesiredMembership } from "./membership";
import { classifyMembership, type MembershipState } from "./membershipState";
import { observe } from "./observe";
import { isRenewable, obtainJoinToken } from "./tokenSource";
import type { NeuVectorError } from "../errors/neuVectorError";
import type { Secret } from "../values/secret";

/** The state of one join across its attempts. */
export interface JoinRun {
  readonly request: JoinRequest;
  readonly context: JoinContext;
  name: string;
  namesGenerated: number;
  token: Secret | undefined;
  tokensObtained: number;
  /** A join was sent at least once. */
  sent: boolean;
  /** A join was sent and its outcome is not known yet. */
  outcomeUnknown: boolean;
  /** A join got no answer that proves its end: it may still take effect when everything else says that there is none. */
  mayTakeEffectLate: boolean;
  readonly gracePeriods: JoinGracePeriods;
}

const maxNames = 3;
const maxTokens = 3;

export function startRun(request: JoinRequest, context: JoinContext): JoinRun {
  return {
    request,
    context,
    name: request.membership.name,
    namesGenerated: 1,
    token: undefined,
    tokensObtained: 0,
    sent: false,
    outcomeUnknown: false,
    mayTakeEffectLate: false,
    gracePeriods: createJoinGracePeriods(context.ports.clock),
  };
}

/** Returns the requested membership under the current name, with the address in the current token. */
export function currentMembership({ request, name, token }: JoinRun): DesiredMembership {
  const known = token ?? (request.token.kind === "given" ? request.token.token : undefined);
  return { ...request.membership, name, tokenAddress: known === undefined ? undefined : decodeJoinToken(known) };
}

/**
 * Observes both sides again. If both confirm that there is no membership, an unknown outcome is settled. A site names its
 * master by the address in the token: if nothing else tells that address, the token is obtained to compare it.
 */
export async function observeAgain(run: JoinRun): Promise<MembershipState> {
  const { sessions, ports, signal } = run.context;
  const observation = await observe(sessions, ports.clock, signal);
  let found = classifyMembership(currentMembership(run), observation);
  if (found.state === "elsewhere" && observation.master === undefined && run.request.token.kind === "url") {
    await currentToken(run);
    found = classifyMembership(currentMembership(run), observation);
  }
  const isConfirmedByBoth = sessions.site !== undefined && sessions.master !== undefined;
  if (found.state === "absent" && isConfirmedByBoth) run.outcomeUnknown = false;
  return found;
}

/** Returns the join token, obtained once and kept until it is rejected. @throws NeuVectorError of the failed request. */
export async function currentToken(run: JoinRun): Promise<Secret> {
  if (run.token !== undefined) return run.token;
  const { via, ports, sessions, signal, onEvent } = run.context;
  run.token = await obtainJoinToken(run.request.token, {
    ports,
    master: sessions.master,
    masterFederation: via === "controller" ? run.request.membership.master.federation : undefined,
    signal,
    onFetch: (url) => onEvent?.({ type: "token_fetching", url }),
    onFetched: () => onEvent?.({ type: "token_fetched" }),
  });
  run.tokensObtained++;
  return run.token;
}

/** Returns the fingerprint of the token in use; `undefined` if none was needed. */
export function fingerprintInUse({ token }: JoinRun): string | undefined {
  return token === undefined ? undefined : joinTokenFingerprint(token);
}

/** Makes the next attempt obtain a new token. @throws `error` if the source has no other token, or after three of them. */
export function discardToken(run: JoinRun, error: NeuVectorError): void {
  if (!isRenewable(run.request.token) || run.tokensObtained >= maxTokens) throw error;
  run.token = undefined;
}

/** Generates another name. @throws `error` if the name must not change, or after three names. */
export function regenerateName(run: JoinRun, error: NeuVectorError): void {
  const { membership, keepName } = run.request;
  if (membership.nameIsFixed || keepName === true || run.namesGenerated >= maxNames) throw error;
  run.name = generateClusterName(membership.storeId, run.context.ports.random);
  run.namesGenerated++;
}
