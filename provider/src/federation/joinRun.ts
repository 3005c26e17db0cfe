import { generateClusterName } from "./clusterName";
import type { NeuVectorError } from "../errors/neuVectorError";
import { decodeJoinToken, joinTokenFingerprint } from "./joinToken";
import type { JoinContext, JoinRequest } from "./joinRequest";
import { observe } from "./observe";
import {
  belongsToAnotherSite,
  classifyMembership,
  type ObservedMembership,
  type MembershipState,
  type DesiredMembership,
} from "./membershipState";
import { createJoinGracePeriods, type JoinGracePeriods } from "./joinGracePeriods";
import type { Secret } from "../values/secret";
import { isRenewable, obtainJoinToken } from "./tokenSource";

/** One join under way: what stays the same, and what is kept from one attempt to the next. */
export interface JoinRun {
  readonly request: JoinRequest;
  readonly context: JoinContext;
  name: string;
  namesGenerated: number;
  token: Secret | undefined;
  tokensObtained: number;
  /** A join was sent at least once. */
  sent: boolean;
  /** A join was sent and nobody could tell yet what became of it. */
  outcomeUnknown: boolean;
  /** Names under which the site itself ended a join of ours without success: what the master keeps of them is stale. */
  readonly rejectedNames: Set<string>;
  readonly gracePeriods: JoinGracePeriods;
}

const maxNames = 3;
const maxTokens = 3;

export function startRun(request: JoinRequest, context: JoinContext): JoinRun {
  return {
    request,
    context,
    name: request.name,
    namesGenerated: 1,
    token: undefined,
    tokensObtained: 0,
    sent: false,
    outcomeUnknown: false,
    rejectedNames: new Set(),
    gracePeriods: createJoinGracePeriods(context.ports.clock),
  };
}

/**
 * What both sides show of the membership. An absence that both of them confirm settles what was unclear. A site names
 * its master by the address in the token: where nothing else tells that address, the token is fetched to compare.
 */
export async function observeAgain(run: JoinRun): Promise<MembershipState> {
  const { sessions, signal } = run.context;
  const view = await observe(sessions, signal);
  let verdict = classifyMembership(desiredMembership(run), view);
  if (verdict.state === "elsewhere" && view.master === undefined && run.request.token.kind === "url") {
    await currentToken(run);
    verdict = classifyMembership(desiredMembership(run), view);
  }
  if (verdict.state === "absent" && sessions.site !== undefined && sessions.master !== undefined)
    run.outcomeUnknown = false;
  return verdict;
}

/** True for a membership of the site that nothing ties to the one that is wanted: the controller is another site's. */
export function belongsToAnotherMembership(run: JoinRun, member: ObservedMembership): boolean {
  return belongsToAnotherSite(desiredMembership(run), member);
}

function desiredMembership({ request, name, token }: JoinRun): DesiredMembership {
  const known = token ?? (request.token.kind === "given" ? request.token.token : undefined);
  const inToken = known === undefined ? undefined : decodeJoinToken(known);
  const addresses = [request.masterFederation, inToken, request.masterRest];
  return {
    storeId: request.storeId,
    name,
    nameIsFixed: request.nameIsFixed,
    jointRest: request.jointRest,
    masterAddresses: addresses.filter((address) => address !== undefined),
    masterId: request.masterId,
    clusterId: request.clusterId,
    formerIds: request.formerIds,
  };
}

/** The join token, obtained once and kept until it is rejected. @throws NeuVectorError of the request that failed. */
export async function currentToken(run: JoinRun): Promise<Secret> {
  if (run.token !== undefined) return run.token;
  const { ports, sessions, signal, onEvent } = run.context;
  run.token = await obtainJoinToken(run.request.token, {
    ports,
    master: sessions.master,
    masterFederation: run.request.via === "controller" ? run.request.masterFederation : undefined,
    signal,
    onFetch: (url) => onEvent?.({ type: "token_fetching", url }),
    onFetched: () => onEvent?.({ type: "token_fetched" }),
  });
  run.tokensObtained++;
  return run.token;
}

/** The fingerprint of the token in use; `undefined` when none was needed. */
export function tokenFingerprint({ token }: JoinRun): string | undefined {
  return token === undefined ? undefined : joinTokenFingerprint(token);
}

/** Makes the next attempt get a new token. @throws `error` when this source has no other, or gave three already. */
export function discardToken(run: JoinRun, error: NeuVectorError): void {
  if (!isRenewable(run.request.token) || run.tokensObtained >= maxTokens) throw error;
  run.token = undefined;
}

/** Draws another name. @throws `error` when the name is not ours to change, or three were taken already. */
export function regenerateName(run: JoinRun, error: NeuVectorError): void {
  if (run.request.nameIsFixed || run.request.keepName === true || run.namesGenerated >= maxNames) throw error;
  run.name = generateClusterName(run.request.storeId, run.context.ports.random);
  run.namesGenerated++;
}
