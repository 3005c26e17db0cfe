import type { JoinContext, JoinOutcome, JoinRequest } from "./joinRequest";
import { removeEntriesBeside, removeStaleEntries, resolveObstacle, type ObstacleResult } from "./joinObstacles";
import {
  currentToken,
  discardToken,
  fingerprintInUse,
  observeAgain,
  regenerateName,
  startRun,
  type JoinRun,
} from "./joinRun";
import { decodeJoinToken } from "./joinToken";
import type { ObservedMembership } from "./membership";
import type { MembershipState } from "./membershipState";
import { withRetry, type RetryNotice } from "./retry";
import { addRouteHint, sendJoin } from "./sendJoin";
import { isOutcomeUnknown } from "./unknownOutcome";
import { isCancelled, NeuVectorError, reactionTo } from "../errors/neuVectorError";
import { addressKey } from "../values/address";

/**
 * Makes the site a member: observes, adopts or joins, and confirms. Every attempt observes both sides first, so the unknown
 * outcome of one attempt is settled before the next join is sent. Never throws.
 */
export async function joinFederation(request: JoinRequest, context: JoinContext): Promise<JoinOutcome> {
  const run = startRun(request, context);
  const { ports, masterLocks, signal, onEvent } = context;
  const retry = {
    policy: request.retry,
    clock: ports.clock,
    random: ports.random,
    deadlineMs: request.deadlineMs,
    signal,
    onRetry: (notice: RetryNotice) => onEvent?.({ type: "retrying", notice }),
  };
  try {
    return await withRetry(retry, async () => {
      for (;;) {
        const result = await masterLocks.runExclusive(masterLockKey(request), () => attempt(run));
        if (result.state !== "wait") return result;
        await ports.clock.sleep(result.untilMs - ports.clock.now(), signal);
      }
    });
  } catch (error) {
    return outcomeAfterFailure(run, error);
  }
}

/** Joins to one master run one at a time: the master queues them and times out (rest-api.md#concurrent-operations). */
function masterLockKey({ membership, token }: JoinRequest): string {
  const inToken = token.kind === "given" ? decodeJoinToken(token.token) : undefined;
  const master = membership.master.rest ?? membership.master.federation ?? inToken;
  return master === undefined ? "unknown master" : addressKey(master);
}

type Wait = Extract<ObstacleResult, { state: "wait" }>;
type Clear = Extract<ObstacleResult, { state: "clear" }>;

async function attempt(run: JoinRun): Promise<JoinOutcome | Wait> {
  const prepared = await prepareJoin(run);
  if (prepared.state !== "clear") return prepared;
  let hasObservedAgain = false;
  let hasRemovedStaleEntries = false;
  for (;;) {
    const token = await currentToken(run);
    const error = await sendJoin(run, token);
    if (error === undefined) return confirm(run);
    switch (reactionTo(error)) {
      case "renew_token":
        discardToken(run, error);
        break;
      case "resolve_name": {
        const found = await observeAgain(run);
        if (found.state === "joined") return finish(run, found);
        if (found.state === "name_taken") regenerateName(run, error);
        else if (found.state === "left" && !hasRemovedStaleEntries) {
          const removed = await removeStaleEntries(run, found.members);
          const next = removed.state === "observe_again" ? await prepareJoin(run) : removed;
          if (next.state !== "clear") return next;
          hasRemovedStaleEntries = true;
        } else if (run.request.regenerateTakenName === true) regenerateName(run, error);
        else throw error;
        break;
      }
      case "retry":
      case "renew_session":
      case "stop": {
        const mayHaveJoined = isOutcomeUnknown(error) && reactionTo(error) === "stop" && !hasObservedAgain;
        if (!mayHaveJoined) throw addRouteHint(error, run, token);
        hasObservedAgain = true;
        const next = await prepareJoin(run);
        if (next.state !== "clear") return next;
        // During another join or leave the site was not standalone; now it is.
        if (error.kind !== "wrong_role" || run.context.via !== "controller") throw addRouteHint(error, run, token);
      }
    }
  }
}

const maxObservations = 3;

/** Observes, then adopts or resolves obstacles, until nobody else interferes. */
async function prepareJoin(run: JoinRun): Promise<JoinOutcome | Wait | Clear> {
  for (let observations = 1; observations <= maxObservations; observations++) {
    const found = await observeAgain(run);
    if (found.state === "joined") return finish(run, found);
    await run.context.beforeJoin?.(found);
    const result = await resolveObstacle(run, found);
    if (result.state !== "observe_again") return result;
  }
  throw new NeuVectorError("busy", "the membership changes with every observation");
}

const confirmIntervalMs = 1_000;
const confirmTimeoutMs = 60_000;

/** Waits until a readable side shows the membership. */
async function confirm(run: JoinRun): Promise<JoinOutcome> {
  const { sessions, ports, signal } = run.context;
  const isReadable = sessions.site !== undefined || sessions.master !== undefined;
  const end = Math.min(ports.clock.now() + confirmTimeoutMs, run.request.deadlineMs ?? Infinity);
  while (isReadable) {
    try {
      const found = await observeAgain(run);
      if (found.state === "joined") return await finish(run, found);
    } catch (error) {
      if (reactionTo(error) !== "retry") throw error;
    }
    if (ports.clock.now() + confirmIntervalMs >= end) break;
    await ports.clock.sleep(confirmIntervalMs, signal);
  }
  return { state: "unconfirmed", name: run.name, tokenFingerprint: fingerprintInUse(run) };
}

/** Observes once more if a join of this run may have taken effect. */
async function outcomeAfterFailure(run: JoinRun, error: unknown): Promise<JoinOutcome> {
  const mayBeMember = run.mayTakeEffectLate || run.outcomeUnknown || (run.sent && isOutcomeUnknown(error));
  if (mayBeMember && !isCancelled(error)) {
    try {
      const found = await observeAgain(run);
      if (found.state === "joined") return joinedOutcome(run, found.member);
    } catch (observeError) {
      const reason = observeError instanceof NeuVectorError ? observeError.summary : "unexpected error";
      run.context.ports.log("warn", `${run.name}: the outcome of the join remains unknown: ${reason}`);
    }
  }
  return { state: "failed", name: run.name, error, mayHaveJoined: run.outcomeUnknown };
}

async function finish(
  run: JoinRun,
  found: Extract<MembershipState, { state: "joined" }>,
): Promise<Extract<JoinOutcome, { state: "joined" }>> {
  await removeEntriesBeside(run, found);
  return joinedOutcome(run, found.member);
}

function joinedOutcome(run: JoinRun, member: ObservedMembership): Extract<JoinOutcome, { state: "joined" }> {
  return { state: "joined", how: run.sent ? "joined" : "adopted", member, tokenFingerprint: fingerprintInUse(run) };
}
