import { postJoin, type JoinBody } from "../neuvector/client/federation";
import { isCancelled, NeuVectorError, reactionTo } from "../errors/neuVectorError";
import { resolveObstacle, removeStaleEntries, type ObstacleResult } from "./joinObstacles";
import type { JoinContext, JoinRequest, JoinOutcome } from "./joinRequest";
import {
  observeAgain,
  regenerateName,
  discardToken,
  startRun,
  tokenFingerprint,
  currentToken,
  type JoinRun,
} from "./joinRun";
import { decodeJoinToken } from "./joinToken";
import type { ObservedMembership } from "./membershipState";
import { isOutcomeUnknown } from "./unknownOutcome";
import { addressKey, baseUrl, formatAddress } from "../neuvector/ports";
import { withRetry, type RetryNotice } from "./retry";
import type { Secret } from "../values/secret";

/**
 * Makes the site a member: look, adopt or join, confirm. Every attempt begins with a look at both sides, so an
 * unclear outcome of the one before is settled before another join is sent. Never throws.
 */
export async function joinFederation(order: JoinRequest, context: JoinContext): Promise<JoinOutcome> {
  const run = startRun(order, context);
  const { ports, masterLocks, signal, onEvent } = context;
  const retry = {
    policy: order.retry,
    clock: ports.clock,
    random: ports.random,
    deadlineMs: order.deadlineMs,
    signal,
    onRetry: (notice: RetryNotice) => onEvent?.({ type: "retrying", notice }),
  };
  try {
    return await withRetry(retry, async () => {
      for (;;) {
        const attempted = await masterLocks.runExclusive(masterLockKey(order), () => attempt(run));
        if (attempted.state !== "settling") return attempted;
        await ports.clock.sleep(attempted.untilMs - ports.clock.now(), signal);
      }
    });
  } catch (error) {
    return outcomeAfterFailure(run, error);
  }
}

/** Joins that end at one master take turns: it queues them and times out (rest-api.md#concurrent-operations). */
function masterLockKey({ masterFederation, masterRest, token }: JoinRequest): string {
  const inToken = token.kind === "given" ? decodeJoinToken(token.token) : undefined;
  const master = masterRest ?? masterFederation ?? inToken;
  return master === undefined ? "unknown master" : addressKey(master);
}

type WaitForGracePeriod = Extract<ObstacleResult, { state: "settling" }>;

async function attempt(run: JoinRun): Promise<JoinOutcome | WaitForGracePeriod> {
  const way = await prepareJoin(run);
  if (way.state !== "clear") return way;
  let hasLookedAgain = false;
  let leftoverRemoved = false;
  for (;;) {
    const token = await currentToken(run);
    const error = await send(run, token);
    if (error === undefined) return confirm(run);
    switch (reactionTo(error)) {
      case "renew_token":
        discardToken(run, error);
        break;
      case "resolve_name": {
        const found = await observeAgain(run);
        if (found.state === "joined") return joinedOutcome(run, found.member);
        if (found.state === "name_taken") regenerateName(run, error);
        else if (found.state === "left" && !leftoverRemoved) {
          const removed = await removeStaleEntries(run, found.members);
          const next = removed.state === "look_again" ? await prepareJoin(run) : removed;
          if (next.state !== "clear") return next;
          leftoverRemoved = true;
        } else if (run.request.regenerateTakenName === true) regenerateName(run, error);
        else throw error;
        break;
      }
      case "retry":
      case "renew_session":
      case "stop": {
        const { via } = run.request;
        const mayHavePassed = isOutcomeUnknown(error) && reactionTo(error) === "stop" && !hasLookedAgain;
        if (!mayHavePassed) throw addRouteHint(error, run, token);
        hasLookedAgain = true;
        const next = await prepareJoin(run);
        if (next.state !== "clear") return next;
        // Beside another join or leave the site was not standalone; it is now.
        if (error.kind !== "wrong_role" || via !== "controller") throw addRouteHint(error, run, token);
      }
    }
  }
}

const maxObservations = 3;

/** Looks, and adopts or clears the way, until nobody else interferes. */
async function prepareJoin(
  run: JoinRun,
): Promise<JoinOutcome | WaitForGracePeriod | Extract<ObstacleResult, { state: "clear" }>> {
  for (let looks = 1; looks <= maxObservations; looks++) {
    const verdict = await observeAgain(run);
    if (verdict.state === "joined") return joinedOutcome(run, verdict.member);
    await run.context.beforeJoin?.(verdict);
    const way = await resolveObstacle(run, verdict);
    if (way.state !== "look_again") return way;
  }
  throw new NeuVectorError("busy", "the membership changes with every look");
}

/** Sends the join; gives the error, or nothing when it was accepted. */
async function send(run: JoinRun, token: Secret): Promise<NeuVectorError | undefined> {
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
    // A code is the controller's own word: its join is over, whatever the master keeps of it.
    if (run.request.via === "controller" && error.code !== undefined) run.rejectedNames.add(run.name);
    return error;
  }
  onEvent?.({ type: "accepted" });
  return undefined;
}

/** True for an answer that says for sure that nothing came of the join. */
function isRejection({ status }: NeuVectorError): boolean {
  return status !== undefined && status >= 300 && status < 500;
}

function toJoinBody({ request, name }: JoinRun, token: Secret): JoinBody {
  const { via, jointRest, masterFederation } = request;
  const { server, port } = jointRest;
  const body = { name, join_token: token.reveal(), joint_rest_info: { server, port } };
  return via === "controller" && masterFederation !== undefined
    ? { ...body, server: masterFederation.server, port: masterFederation.port }
    : body;
}

const confirmIntervalMs = 1_000;
const confirmTimeoutMs = 60_000;

/** Waits until a side that we can read shows the membership. */
async function confirm(run: JoinRun): Promise<JoinOutcome> {
  const { sessions, ports, signal } = run.context;
  const readable = sessions.site !== undefined || sessions.master !== undefined;
  const end = Math.min(ports.clock.now() + confirmTimeoutMs, run.request.deadlineMs ?? Infinity);
  while (readable) {
    try {
      const verdict = await observeAgain(run);
      if (verdict.state === "joined") return joinedOutcome(run, verdict.member);
    } catch (error) {
      if (reactionTo(error) !== "retry") throw error;
    }
    if (ports.clock.now() + confirmIntervalMs >= end) break;
    await ports.clock.sleep(confirmIntervalMs, signal);
  }
  return { state: "unconfirmed", name: run.name, tokenFingerprint: tokenFingerprint(run) };
}

/** After the last attempt failed: one more look where the outcome is unclear. */
async function outcomeAfterFailure(run: JoinRun, error: unknown): Promise<JoinOutcome> {
  const isOpen = run.outcomeUnknown || (run.sent && isOutcomeUnknown(error));
  if (isOpen && !isCancelled(error)) {
    try {
      const verdict = await observeAgain(run);
      if (verdict.state === "joined") return joinedOutcome(run, verdict.member);
    } catch (lookError) {
      const why = lookError instanceof NeuVectorError ? lookError.summary : "unexpected error";
      run.context.ports.log("warn", `${run.name}: what became of the join stays unclear: ${why}`);
    }
  }
  return { state: "failed", name: run.name, error, mayHaveJoined: run.outcomeUnknown };
}

function joinedOutcome(run: JoinRun, member: ObservedMembership): JoinOutcome {
  return { state: "joined", how: run.sent ? "joined" : "adopted", member, tokenFingerprint: tokenFingerprint(run) };
}

/** The error with the advice that fits the route it was sent on. */
function addRouteHint(error: NeuVectorError, { request, context }: JoinRun, token: Secret): NeuVectorError {
  const isThroughSite = request.via === "controller";
  if (error.kind === "wrong_role" && isThroughSite) {
    return error.with({
      hint: "The site's controller was not standalone when it was asked: another join or leave was under way. Run it again.",
    });
  }
  if (error.kind === "unauthorized" && context.joinSession.credentials.kind === "none") {
    return error.with({ kind: "login_rejected", hint: "This endpoint wants a session: give credentials for it." });
  }
  const master = request.masterFederation ?? decodeJoinToken(token);
  // A site that knows the request relays what its master answered to it (rest-api.md#joining).
  if (error.kind === "not_found" && error.code !== undefined && isThroughSite && master !== undefined) {
    const where = request.masterFederation === undefined ? "the join token names" : "master.federation names";
    return error.with({
      hint: `The site passes on the answer of its master, which ${where} as ${formatAddress(master)}: that should be the master's federation port (11443), not its REST port (10443).`,
    });
  }
  return error;
}
