import {
  createTurns,
  drawClusterName,
  formatAddress,
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
import type { JoinConfig, JoinIntent } from "../settings/joinConfig";
import type { StateFiles } from "../state/stateFiles";
import { createJoinLog } from "./joinLog";
import { freshMemory, isOwn, joinMemoryIn, withMember, type JoinMemory } from "./joinMemory";
import { gatherParties, watchParties } from "./joinParties";
import type { JoinRecord, JoinState } from "./joinView";
import { decideWatch, type Decision } from "./watchDecision";
import { lookAfter } from "./watchLook";

export interface FederationJoinParts {
  readonly intent: JoinIntent;
  readonly ports: Ports;
  /** The session that scrapes. */
  readonly controller: Session;
  /** Pauses after refused logins of the joining account. */
  readonly holds: HoldStore;
  readonly files: StateFiles;
  readonly record: JoinRecord;
}

/**
 * Joins the federation, if wanted, and looks after the membership, if that is wanted, until `signal` aborts.
 * Never throws: whatever happens here, scraping goes on (R9).
 */
export async function runFederationJoin(parts: FederationJoinParts, signal: AbortSignal): Promise<void> {
  const { intent, record } = parts;
  const ports = { ...parts.ports, log: record.keep(parts.ports.log) };
  record.set({ state: intent.state === "on" ? "joining" : intent.state });
  if (intent.state === "off") return;
  if (intent.state === "invalid") {
    createJoinLog(ports.log).skipped(intent.problems);
    return;
  }
  try {
    await joinAndWatch(intent.config, { ...parts, ports }, signal);
  } catch (error) {
    if (isCancelled(error)) return;
    record.set({ state: "failed", lastErrorKind: kindOf(error), nextRetryAt: undefined });
    ports.log("error", `Federation join failed unexpectedly: ${String(error)}`);
  }
}

async function joinAndWatch(config: JoinConfig, parts: FederationJoinParts, signal: AbortSignal): Promise<void> {
  const { ports, controller, holds, files, record } = parts;
  const { clock } = ports;
  const store = joinMemoryIn(files, config, controller.target);
  let memory = store.load() ?? freshMemory(config.name ?? drawClusterName(config.storeId, ports.random));
  let isStuck = false;
  let said = "";
  const remember = (next: JoinMemory): void => {
    memory = next;
    store.save(next);
  };
  const sayOnce = (level: "info" | "warn" | "error", line: string): void => {
    if (line !== said) ports.log(level, line);
    said = line;
  };
  const adopt = config.watch?.adopt ?? "report";

  const join = async (after: "lost" | "kicked" | undefined): Promise<void> => {
    const name = config.name ?? memory.membership?.name ?? memory.name;
    remember({ ...memory, name, underWay: true, ...(after !== undefined && { lastTryMs: clock.now() }) });
    record.set({ state: "joining", name, attempts: 1, nextRetryAt: undefined });
    if (after !== undefined) record.countRejoin();
    const log = createJoinLog(ports.log, config.via);
    log.started(config, name, after !== undefined);
    const onEvent = (event: JoinEvent): void => {
      if (event.type === "sending") remember({ ...memory, name: event.name, sent: true });
      if (event.type === "accepted" || event.type === "failed") record.countRequest(event.type);
      if (event.type === "failed") record.set({ lastErrorKind: event.error.kind });
      if (event.type === "retrying") {
        const { retry, delaySeconds, error } = event.notice;
        const nextRetryAt = clock.now() + delaySeconds * 1000;
        record.set({ attempts: retry + 1, nextRetryAt, lastErrorKind: error.kind });
      } else record.set({ nextRetryAt: undefined });
      log.happened(event);
    };
    const outcome = await send(config, memory, parts, onEvent, signal);
    said = "";
    if (outcome.state === "failed" && isCancelled(outcome.error)) {
      record.set({ nextRetryAt: undefined });
      log.ended(outcome);
      return;
    }
    if (outcome.state === "joined") {
      const own = isOwn(memory, outcome.member, adopt);
      remember(withMember(memory, outcome.member, own));
      isStuck = false;
      record.set({ state: "joined", name: outcome.member.name, lastSuccessAt: clock.now(), lastErrorKind: undefined });
    } else if (outcome.state === "unconfirmed") {
      remember({ ...memory, name: outcome.name, underWay: false });
      record.set({ state: "unconfirmed", name: outcome.name, lastErrorKind: undefined });
    } else {
      const state = stateAfter(outcome.error);
      isStuck = reactionTo(outcome.error) !== "retry";
      const kicked = memory.kicked || state === "kicked";
      remember({ ...memory, underWay: false, sent: outcome.mayHaveJoined, kicked, lastTryMs: clock.now() });
      record.set({ state, lastErrorKind: kindOf(outcome.error) });
    }
    record.set({ nextRetryAt: undefined });
    log.ended(outcome);
  };

  const look = async (): Promise<Decision> => {
    const parties = watchParties(config, ports, controller, holds);
    try {
      const rules = {
        adopt,
        minRejoinMs: config.watch?.minRejoinMs ?? 0,
        rejoinAfterKick: config.rejoinAfterKick,
        isStuck,
      };
      return decideWatch(await lookAfter(config, memory, parties.sides, signal), memory, rules, clock.now());
    } finally {
      await parties.close();
    }
  };

  /** Shows what follows from a look, but for a rejoin; false when nothing is to follow ever. */
  const show = (decision: Decision): boolean => {
    const name = memory.membership?.name ?? memory.name;
    if (decision.do !== "nothing") record.set({ nextRetryAt: undefined });
    switch (decision.do) {
      case "nothing":
        sayOnce("warn", `No look at the membership: ${decision.why}`);
        return true;
      case "hold": {
        const { member, own } = decision;
        remember(withMember(memory, member, own));
        isStuck = false;
        record.set({ state: "joined", name: member.name, lastSuccessAt: clock.now(), lastErrorKind: undefined });
        sayOnce("info", `A member as ${member.name}${own ? "" : `, not made by this exporter: ${onlyReported}`}`);
        return true;
      }
      case "wait": {
        const { state, untilMs } = decision;
        record.set({ state, nextRetryAt: untilMs });
        const until = new Date(untilMs).toISOString();
        sayOnce("warn", `${name} is no member any more: no join before ${until} (JOIN_REJOIN_MIN_INTERVAL_SECONDS)`);
        return true;
      }
      case "report":
        record.set({ state: decision.state });
        if (decision.state === "kicked") remember({ ...memory, kicked: true });
        if (decision.state === "elsewhere") {
          sayOnce("warn", `The site belongs to another federation, ${decision.name}: left alone`);
        } else if (decision.state === "kicked") {
          sayOnce("warn", `The master removed ${name}: ask its admin; JOIN_REJOIN_AFTER_KICK=true lets it join again`);
        } else if (decision.state === "lost") {
          sayOnce("warn", `${name} is no member any more, and was not made by this exporter: ${onlyReported}`);
        }
        return true;
      case "stop": {
        const found = `${decision.member.name} at ${formatAddress(decision.member.jointRest)}`;
        record.set({ state: "conflict" });
        sayOnce(
          "error",
          `Two owners of one site: it is a member as ${found}, made by another exporter, a FedJoin or a person, while this exporter wants ${name} at ${formatAddress(config.jointRest)}. Let one of them go, then restart this exporter; it joins no more until then`,
        );
        return false;
      }
      case "rejoin":
        return true;
    }
  };

  let goesOn = true;
  if (memory.membership === undefined || memory.underWay) {
    await join(undefined);
  } else {
    const first = await look();
    if (config.watch === undefined) {
      const staysAway = first.do === "report" && first.state === "kicked";
      if (!staysAway) await join(undefined);
      else show(first);
    } else {
      record.set({ state: "unconfirmed" });
      if (first.do === "rejoin") await join(first.after);
      else goesOn = show(first);
    }
  }
  if (config.watch === undefined || record.joinView().state === "conflict") return;
  while (goesOn && !signal.aborted) {
    await clock.sleep(config.watch.intervalMs, signal);
    const decision = await look();
    if (decision.do === "rejoin") await join(decision.after);
    else goesOn = show(decision);
  }
}

const onlyReported = "its loss is reported, not mended (JOIN_ADOPT=own mends it)";

/** The state that an error of a join leaves behind. */
function stateAfter(error: unknown): JoinState {
  if (!(error instanceof NeuVectorError)) return "failed";
  if (error.kind === "kicked") return "kicked";
  if (error.kind === "member_elsewhere") return "elsewhere";
  return error.kind === "membership_differs" ? "conflict" : "failed";
}

function kindOf(error: unknown): NeuVectorError["kind"] | "unexpected" {
  return error instanceof NeuVectorError ? error.kind : "unexpected";
}

async function send(
  config: JoinConfig,
  memory: JoinMemory,
  { ports, controller, holds }: FederationJoinParts,
  onEvent: (event: JoinEvent) => void,
  signal: AbortSignal,
): Promise<JoinOutcome> {
  const { name, membership } = memory;
  try {
    const parties = await gatherParties(config, ports, controller, holds, signal);
    try {
      const { storeId, via, jointRest, masterRest, masterFederation, token, retry } = config;
      return await joinFederation(
        {
          storeId,
          name,
          nameIsFixed: config.name !== undefined,
          formerIds: membership === undefined ? [] : [membership.clusterId],
          via,
          jointRest,
          masterRest: via === "master" ? masterRest : undefined,
          masterFederation,
          token,
          retry,
          mend: { kicked: config.rejoinAfterKick, changed: false },
        },
        { ports, turns: createTurns(), sides: parties.sides, joiner: parties.joiner, signal, onEvent },
      );
    } finally {
      await parties.close();
    }
  } catch (error) {
    return { state: "failed", name, error, mayHaveJoined: false };
  }
}
