import { drawClusterName } from "../membership/clusterName";
import type { NeuVectorError } from "../errors";
import { decodeJoinToken, fingerprintOf } from "./joinToken";
import type { JoinContext, JoinOrder } from "./joinOrder";
import { look } from "../membership/look";
import { isAnothers, judge, type Member, type Verdict, type Wanted } from "../membership/membership";
import { createSettling, type Settling } from "../membership/settling";
import type { Secret } from "../secret";
import { isRenewable, obtainJoinToken } from "./tokenSource";

/** One join under way: what stays the same, and what is kept from one attempt to the next. */
export interface JoinRun {
  readonly order: JoinOrder;
  readonly context: JoinContext;
  name: string;
  namesDrawn: number;
  token: Secret | undefined;
  tokensObtained: number;
  /** A join was sent at least once. */
  sent: boolean;
  /** A join was sent and nobody could tell yet what became of it. */
  unclear: boolean;
  /** Names under which the site itself ended a join of ours without success: what the master keeps of them is stale. */
  readonly endedNames: Set<string>;
  readonly settling: Settling;
}

const maxNames = 3;
const maxTokens = 3;

export function startRun(order: JoinOrder, context: JoinContext): JoinRun {
  return {
    order,
    context,
    name: order.name,
    namesDrawn: 1,
    token: undefined,
    tokensObtained: 0,
    sent: false,
    unclear: false,
    endedNames: new Set(),
    settling: createSettling(context.ports.clock),
  };
}

/**
 * What both sides show of the membership. An absence that both of them confirm settles what was unclear. A site names
 * its master by the address in the token: where nothing else tells that address, the token is fetched to compare.
 */
export async function lookAgain(run: JoinRun): Promise<Verdict> {
  const { sides, signal } = run.context;
  const view = await look(sides, signal);
  let verdict = judge(wantedBy(run), view);
  if (verdict.state === "elsewhere" && view.master === undefined && run.order.token.kind === "url") {
    await tokenFor(run);
    verdict = judge(wantedBy(run), view);
  }
  if (verdict.state === "absent" && sides.site !== undefined && sides.master !== undefined) run.unclear = false;
  return verdict;
}

/** True for a membership of the site that nothing ties to the one that is wanted: the controller is another site's. */
export function isAnothersMembership(run: JoinRun, member: Member): boolean {
  return isAnothers(wantedBy(run), member);
}

function wantedBy({ order, name, token }: JoinRun): Wanted {
  const known = token ?? (order.token.kind === "given" ? order.token.token : undefined);
  const inToken = known === undefined ? undefined : decodeJoinToken(known);
  const addresses = [order.masterFederation, inToken, order.masterRest];
  return {
    storeId: order.storeId,
    name,
    nameIsFixed: order.nameIsFixed,
    jointRest: order.jointRest,
    masterAddresses: addresses.filter((address) => address !== undefined),
    masterId: order.masterId,
    clusterId: order.clusterId,
    formerIds: order.formerIds,
  };
}

/** The join token, obtained once and kept until it is rejected. @throws NeuVectorError of the request that failed. */
export async function tokenFor(run: JoinRun): Promise<Secret> {
  if (run.token !== undefined) return run.token;
  const { ports, sides, signal, onEvent } = run.context;
  run.token = await obtainJoinToken(run.order.token, {
    ports,
    master: sides.master,
    masterFederation: run.order.via === "controller" ? run.order.masterFederation : undefined,
    signal,
    onFetch: (url) => onEvent?.({ type: "token_fetching", url }),
    onFetched: () => onEvent?.({ type: "token_fetched" }),
  });
  run.tokensObtained++;
  return run.token;
}

/** The fingerprint of the token in use; `undefined` when none was needed. */
export function tokenFingerprint({ token }: JoinRun): string | undefined {
  return token === undefined ? undefined : fingerprintOf(token);
}

/** Makes the next attempt get a new token. @throws `error` when this source has no other, or gave three already. */
export function renewToken(run: JoinRun, error: NeuVectorError): void {
  if (!isRenewable(run.order.token) || run.tokensObtained >= maxTokens) throw error;
  run.token = undefined;
}

/** Draws another name. @throws `error` when the name is not ours to change, or three were taken already. */
export function redrawName(run: JoinRun, error: NeuVectorError): void {
  if (run.order.nameIsFixed || run.order.keepName === true || run.namesDrawn >= maxNames) throw error;
  run.name = drawClusterName(run.order.storeId, run.context.ports.random);
  run.namesDrawn++;
}
