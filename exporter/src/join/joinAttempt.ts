import {
  createKeyedMutex,
  isCancelled,
  NeuVectorError,
  reactionTo,
  type BackoffStore,
  type Ports,
  type Session,
} from "@fedjoin/provider/neuvector";
import { joinFederation, type JoinEvent, type JoinOutcome } from "@fedjoin/provider/federation";
import type { JoinConfig } from "../settings/joinConfig";
import { createJoinLog } from "./joinLog";
import { ownsMember, lastKnownName, checkpointWithMember, type JoinCheckpointStore } from "./joinCheckpoint";
import { openJoinSessions } from "./joinSessions";
import { createRejoinGuard, type RejoinGuard } from "./rejoinGuard";
import type { JoinErrorKind, JoinRecorder, JoinState } from "./joinRecorder";

export interface JoinAttemptDeps {
  readonly ports: Ports;
  /** The session that scrapes. */
  readonly controller: Session;
  /** Pauses after refused logins of the joining account. */
  readonly holds: BackoffStore;
  readonly record: JoinRecorder;
}

/** How a join ended: `stuck` when no repetition mends it, `open` when one may, `over` when nothing is to follow. */
export type AttemptResult = "member" | "open" | "stuck" | "over";

/** One join with its retries, written down in log, metrics and memory. `again` is a join after a loss. */
export async function attemptJoin(
  config: JoinConfig,
  keeper: JoinCheckpointStore,
  again: boolean,
  parts: JoinAttemptDeps,
  signal: AbortSignal,
): Promise<AttemptResult> {
  const { ports, record } = parts;
  const { clock } = ports;
  const name = config.name ?? keeper.current.name;
  keeper.save({ name, underWay: true, ...(again && { lastTryMs: clock.now() }) });
  record.set({ state: "joining", name, attempts: 1, nextRetryAt: undefined });
  if (again) record.countRejoin();
  const log = createJoinLog(ports.log, config.via);
  log.started(config, name, again);
  const permit = createRejoinGuard(config, keeper, signal);
  const onEvent = (event: JoinEvent): void => {
    recordEvent(event, keeper, parts);
    log.event(event);
  };
  const outcome = await send(config, keeper, permit, parts, onEvent, signal);
  const end = recordOutcome(outcome, config, keeper, permit, parts);
  record.set({ nextRetryAt: undefined });
  log.finished(outcome);
  return end;
}

function recordEvent(event: JoinEvent, keeper: JoinCheckpointStore, { ports, record }: JoinAttemptDeps): void {
  if (event.type === "sending") {
    if (event.name !== keeper.current.name) ports.log("warn", `The name is taken; joining as ${event.name}`);
    keeper.save({ name: event.name, sent: true });
  }
  if (event.type === "accepted" || event.type === "failed") record.countRequest(event.type);
  if (event.type === "failed") record.set({ lastErrorKind: event.error.kind });
  if (event.type === "retrying") {
    const { retry, delaySeconds, error } = event.notice;
    const nextRetryAt = ports.clock.now() + delaySeconds * 1000;
    record.set({ attempts: retry + 1, nextRetryAt, lastErrorKind: error.kind });
  } else record.set({ nextRetryAt: undefined });
}

function recordOutcome(
  outcome: JoinOutcome,
  { storeId, watch }: JoinConfig,
  keeper: JoinCheckpointStore,
  guard: RejoinGuard,
  { ports: { clock }, record }: JoinAttemptDeps,
): AttemptResult {
  switch (outcome.state) {
    case "joined": {
      const { member } = outcome;
      const own = ownsMember(keeper.current, member, { storeId, adopt: watch?.adopt ?? "report" });
      keeper.save(checkpointWithMember(keeper.current, member, own));
      record.set({ state: "joined", name: member.name, lastSuccessAt: clock.now(), lastErrorKind: undefined });
      return "member";
    }
    case "unconfirmed":
      keeper.save({ name: outcome.name, underWay: false, lastTryMs: clock.now() });
      record.set({ state: "unconfirmed", name: outcome.name, lastErrorKind: undefined });
      return "open";
    case "failed": {
      const { error, mayHaveJoined } = outcome;
      // What was under way is gone on with at the next start.
      if (isCancelled(error)) return "over";
      const state = guard.blockedBy() ?? joinStateAfter(error);
      const isMastersWord = state === "kicked" || state === "unclear";
      keeper.save({
        underWay: false,
        sent: mayHaveJoined,
        kicked: keeper.current.kicked || state === "kicked",
        ...(!isMastersWord && { lastTryMs: clock.now() }),
      });
      // Nobody may take a name that was only drawn for the one that the master removed.
      const name = isMastersWord ? (guard.foundName() ?? lastKnownName(keeper.current)) : record.joinView().name;
      record.set({ state, name, lastErrorKind: errorKindOf(error) });
      if (state === "conflict") return "over";
      return isMastersWord || reactionTo(error) === "retry" ? "open" : "stuck";
    }
  }
}

/** The state that an error of a join leaves behind. */
function joinStateAfter(error: unknown): JoinState {
  switch (errorKindOf(error)) {
    case "kicked":
      return "kicked";
    case "member_elsewhere":
      return "elsewhere";
    case "membership_differs":
      return "conflict";
    default:
      return "failed";
  }
}

/** The kind for the metric. */
export function errorKindOf(error: unknown): JoinErrorKind {
  return error instanceof NeuVectorError ? error.kind : "unexpected";
}

async function send(
  config: JoinConfig,
  { current: { name, membership } }: JoinCheckpointStore,
  permit: RejoinGuard,
  { ports, controller, holds }: JoinAttemptDeps,
  onEvent: (event: JoinEvent) => void,
  signal: AbortSignal,
): Promise<JoinOutcome> {
  try {
    const parties = await openJoinSessions(config, ports, controller, holds, signal);
    try {
      const { storeId, via, jointRest, masterRest, masterFederation, token, retry } = config;
      const { sessions, joinSession } = parties;
      return await joinFederation(
        {
          storeId,
          name,
          nameIsFixed: config.name !== undefined,
          regenerateTakenName: membership !== undefined,
          formerIds: membership === undefined ? [] : [membership.clusterId],
          via,
          jointRest,
          masterRest: via === "master" ? masterRest : undefined,
          masterFederation,
          token,
          retry,
          repair: { kicked: config.rejoinAfterKick, changed: false },
        },
        {
          ports,
          masterLocks: createKeyedMutex(),
          sessions,
          joinSession,
          signal,
          onEvent,
          beforeJoin: (verdict) => permit.check(verdict, sessions.site),
        },
      );
    } finally {
      await parties.close();
    }
  } catch (error) {
    return { state: "failed", name, error, mayHaveJoined: false };
  }
}
