import {
  createTurns,
  isCancelled,
  joinFederation,
  NeuVectorError,
  reactionTo,
  type JoinEvent,
  type JoinOutcome,
  type Ports,
  type Session,
} from "@fedjoin/provider";
import type { HoldStore } from "../account/holdStore";
import type { JoinConfig } from "../settings/joinConfig";
import { createJoinLog } from "./joinLog";
import { isOwn, lastKnownName, withMember, type JoinMemoryKeeper } from "./joinMemory";
import { gatherParties } from "./joinParties";
import { createPermit, type Permit } from "./joinPermit";
import type { JoinErrorKind, JoinRecord, JoinState } from "./joinView";

export interface JoinAttemptParts {
  readonly ports: Ports;
  /** The session that scrapes. */
  readonly controller: Session;
  /** Pauses after refused logins of the joining account. */
  readonly holds: HoldStore;
  readonly record: JoinRecord;
}

/** How a join ended: `stuck` when no repetition mends it, `open` when one may, `over` when nothing is to follow. */
export type AttemptEnd = "member" | "open" | "stuck" | "over";

/** One join with its retries, written down in log, metrics and memory. `again` is a join after a loss. */
export async function attemptJoin(
  config: JoinConfig,
  keeper: JoinMemoryKeeper,
  again: boolean,
  parts: JoinAttemptParts,
  signal: AbortSignal,
): Promise<AttemptEnd> {
  const { ports, record } = parts;
  const { clock } = ports;
  const name = config.name ?? keeper.current.name;
  keeper.remember({ name, underWay: true, ...(again && { lastTryMs: clock.now() }) });
  record.set({ state: "joining", name, attempts: 1, nextRetryAt: undefined });
  if (again) record.countRejoin();
  const log = createJoinLog(ports.log, config.via);
  log.started(config, name, again);
  const permit = createPermit(config, keeper, signal);
  const onEvent = (event: JoinEvent): void => {
    noteEvent(event, keeper, parts);
    log.happened(event);
  };
  const outcome = await send(config, keeper, permit, parts, onEvent, signal);
  const end = noteOutcome(outcome, config, keeper, permit, parts);
  record.set({ nextRetryAt: undefined });
  log.ended(outcome);
  return end;
}

function noteEvent(event: JoinEvent, keeper: JoinMemoryKeeper, { ports, record }: JoinAttemptParts): void {
  if (event.type === "sending") {
    if (event.name !== keeper.current.name) ports.log("warn", `The name is taken; joining as ${event.name}`);
    keeper.remember({ name: event.name, sent: true });
  }
  if (event.type === "accepted" || event.type === "failed") record.countRequest(event.type);
  if (event.type === "failed") record.set({ lastErrorKind: event.error.kind });
  if (event.type === "retrying") {
    const { retry, delaySeconds, error } = event.notice;
    const nextRetryAt = ports.clock.now() + delaySeconds * 1000;
    record.set({ attempts: retry + 1, nextRetryAt, lastErrorKind: error.kind });
  } else record.set({ nextRetryAt: undefined });
}

function noteOutcome(
  outcome: JoinOutcome,
  { storeId, watch }: JoinConfig,
  keeper: JoinMemoryKeeper,
  permit: Permit,
  { ports: { clock }, record }: JoinAttemptParts,
): AttemptEnd {
  switch (outcome.state) {
    case "joined": {
      const { member } = outcome;
      const own = isOwn(keeper.current, member, { storeId, adopt: watch?.adopt ?? "report" });
      keeper.remember(withMember(keeper.current, member, own));
      record.set({ state: "joined", name: member.name, lastSuccessAt: clock.now(), lastErrorKind: undefined });
      return "member";
    }
    case "unconfirmed":
      keeper.remember({ name: outcome.name, underWay: false, lastTryMs: clock.now() });
      record.set({ state: "unconfirmed", name: outcome.name, lastErrorKind: undefined });
      return "open";
    case "failed": {
      const { error, mayHaveJoined } = outcome;
      // What was under way is gone on with at the next start.
      if (isCancelled(error)) return "over";
      const state = permit.refused() ?? stateAfter(error);
      const isMastersWord = state === "kicked" || state === "unclear";
      keeper.remember({
        underWay: false,
        sent: mayHaveJoined,
        kicked: keeper.current.kicked || state === "kicked",
        ...(!isMastersWord && { lastTryMs: clock.now() }),
      });
      // Nobody may take a name that was only drawn for the one that the master removed.
      const name = isMastersWord ? (permit.foundName() ?? lastKnownName(keeper.current)) : record.joinView().name;
      record.set({ state, name, lastErrorKind: kindOf(error) });
      if (state === "conflict") return "over";
      return isMastersWord || reactionTo(error) === "retry" ? "open" : "stuck";
    }
  }
}

/** The state that an error of a join leaves behind. */
function stateAfter(error: unknown): JoinState {
  switch (kindOf(error)) {
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
export function kindOf(error: unknown): JoinErrorKind {
  return error instanceof NeuVectorError ? error.kind : "unexpected";
}

async function send(
  config: JoinConfig,
  { current: { name, membership } }: JoinMemoryKeeper,
  permit: Permit,
  { ports, controller, holds }: JoinAttemptParts,
  onEvent: (event: JoinEvent) => void,
  signal: AbortSignal,
): Promise<JoinOutcome> {
  try {
    const parties = await gatherParties(config, ports, controller, holds, signal);
    try {
      const { storeId, via, jointRest, masterRest, masterFederation, token, retry } = config;
      const { sides, joiner } = parties;
      return await joinFederation(
        {
          storeId,
          name,
          nameIsFixed: config.name !== undefined,
          redrawTaken: membership !== undefined,
          formerIds: membership === undefined ? [] : [membership.clusterId],
          via,
          jointRest,
          masterRest: via === "master" ? masterRest : undefined,
          masterFederation,
          token,
          retry,
          mend: { kicked: config.rejoinAfterKick, changed: false },
        },
        {
          ports,
          turns: createTurns(),
          sides,
          joiner,
          signal,
          onEvent,
          mayJoin: (verdict) => permit.check(verdict, sides.site),
        },
      );
    } finally {
      await parties.close();
    }
  } catch (error) {
    return { state: "failed", name, error, mayHaveJoined: false };
  }
}
