import {
  desiredMembership,
  joinFederation,
  type JoinEvent,
  type JoinOutcome,
} from "@fedjoin/provider/internal/federation";
import {
  createKeyedMutex,
  isCancelled,
  NeuVectorError,
  reactionTo,
  type BackoffStore,
  type Ports,
  type Session,
} from "@fedjoin/provider/internal/neuvector";
import type { JoinConfig } from "../settings/joinConfig";
import { checkpointWithMember, lastKnownName, ownsMember, type JoinCheckpointStore } from "./joinCheckpoint";
import { createJoinLog } from "./joinLog";
import type { JoinRecorder } from "./joinRecorder";
import { withJoinSessions } from "./joinSessions";
import type { JoinErrorKind, JoinState } from "./joinStatus";
import { createRejoinGuard, type RejoinGuard } from "./rejoinGuard";

export interface JoinDeps {
  readonly ports: Ports;
  /** The session that scrapes. */
  readonly controller: Session;
  /** Back-offs after refused logins of the joining account. */
  readonly backoffs: BackoffStore;
  readonly record: JoinRecorder;
}

/** How a join ended: `open` if another one may succeed, `stuck` if no repetition helps, `over` if nothing must follow. */
export type JoinEnd = "member" | "open" | "stuck" | "over";

/** Joins once, with retries, and records it in log, metrics and checkpoint. `isRejoin` after a lost membership. */
export async function runJoin(
  config: JoinConfig,
  store: JoinCheckpointStore,
  isRejoin: boolean,
  deps: JoinDeps,
  signal: AbortSignal,
): Promise<JoinEnd> {
  const { ports, record } = deps;
  const name = config.membership.name ?? store.current.name;
  store.save({ name, underWay: true, ...(isRejoin && { lastTryMs: ports.clock.now() }) });
  record.set({ state: "joining", name, attempts: 1, nextRetryAt: undefined });
  if (isRejoin) record.countRejoin();
  const log = createJoinLog(ports.log, config.via);
  log.started(config, name, isRejoin);
  const guard = createRejoinGuard(config, store, signal);
  const onEvent = (event: JoinEvent): void => {
    recordEvent(event, store, deps);
    log.event(event);
  };
  const outcome = await send(config, store, guard, deps, onEvent, signal);
  const end = recordOutcome(outcome, config, store, guard, deps);
  record.set({ nextRetryAt: undefined });
  log.finished(outcome);
  return end;
}

async function send(
  config: JoinConfig,
  { current: { name, membership: seen } }: JoinCheckpointStore,
  guard: RejoinGuard,
  { ports, controller, backoffs }: JoinDeps,
  onEvent: (event: JoinEvent) => void,
  signal: AbortSignal,
): Promise<JoinOutcome> {
  const request = {
    membership: desiredMembership(config.membership, {
      name,
      nameIsFixed: config.membership.name !== undefined,
      formerIds: seen === undefined ? [] : [seen.clusterId],
    }),
    regenerateTakenName: seen !== undefined,
    repair: { kicked: config.rejoinAfterKick, changed: false },
    token: config.token,
    retry: config.retry,
  };
  try {
    return await withJoinSessions(config, ports, controller, backoffs, signal, (sessions) =>
      joinFederation(request, {
        ...sessions,
        ports,
        masterLocks: createKeyedMutex(),
        signal,
        onEvent,
        beforeJoin: (found) => guard.check(found, sessions.sessions.site),
      }),
    );
  } catch (error) {
    return { state: "failed", name, error, mayHaveJoined: false };
  }
}

function recordEvent(event: JoinEvent, store: JoinCheckpointStore, { ports, record }: JoinDeps): void {
  if (event.type === "sending") {
    if (event.name !== store.current.name) ports.log("warn", `The name is taken; joining as ${event.name}`);
    store.save({ name: event.name, sent: true });
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
  { membership: { storeId }, watch }: JoinConfig,
  store: JoinCheckpointStore,
  guard: RejoinGuard,
  { ports: { clock }, record }: JoinDeps,
): JoinEnd {
  switch (outcome.state) {
    case "joined": {
      const { member } = outcome;
      const own = ownsMember(store.current, member, { storeId, adopt: watch?.adopt ?? "report" });
      store.save(checkpointWithMember(store.current, member, own));
      record.set({ state: "joined", name: member.name, lastSuccessAt: clock.now(), lastErrorKind: undefined });
      return "member";
    }
    case "unconfirmed":
      store.save({ name: outcome.name, underWay: false, lastTryMs: clock.now() });
      record.set({ state: "unconfirmed", name: outcome.name, lastErrorKind: undefined });
      return "open";
    case "failed": {
      const { error, mayHaveJoined } = outcome;
      // The next start continues a join that was under way.
      if (isCancelled(error)) return "over";
      const state = guard.blockedBy() ?? joinStateAfter(error);
      const isDecidedByMaster = state === "kicked" || state === "unclear";
      store.save({
        underWay: false,
        sent: mayHaveJoined,
        kicked: store.current.kicked || state === "kicked",
        ...(!isDecidedByMaster && { lastTryMs: clock.now() }),
      });
      // A generated name must not be mistaken for the one that the master removed.
      const name = isDecidedByMaster ? (guard.foundName() ?? lastKnownName(store.current)) : record.joinView().name;
      record.set({ state, name, lastErrorKind: errorKindOf(error) });
      if (state === "conflict") return "over";
      return isDecidedByMaster || reactionTo(error) === "retry" ? "open" : "stuck";
    }
  }
}

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

/** Returns the kind of an error for the metric. */
export function errorKindOf(error: unknown): JoinErrorKind {
  return error instanceof NeuVectorError ? error.kind : "unexpected";
}
