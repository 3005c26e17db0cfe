import {
  createTurns,
  drawClusterName,
  joinFederation,
  type JoinEvent,
  type JoinOutcome,
  type Ports,
  type Session,
} from "@fedjoin/provider";
import type { HoldStore } from "../account/holdStore";
import type { JoinConfig, JoinIntent } from "../settings/joinConfig";
import { createJoinLog } from "./joinLog";
import { gatherParties } from "./joinParties";
import type { SelfMetrics } from "../selfMetrics";

export interface FederationJoinParts {
  readonly intent: JoinIntent;
  readonly ports: Ports;
  /** The session that scrapes. */
  readonly controller: Session;
  /** Pauses after refused logins of the joining account. */
  readonly holds: HoldStore;
  readonly metrics: Pick<SelfMetrics, "setJoinState" | "countJoinRequest">;
}

/** Joins the federation once, if wanted, until `signal` aborts. Never throws: whatever happens here, scraping goes on (R9). */
export async function runFederationJoin(parts: FederationJoinParts, signal: AbortSignal): Promise<void> {
  const { intent, ports, metrics } = parts;
  metrics.setJoinState(intent.state === "on" ? "joining" : intent.state);
  if (intent.state === "off") return;
  if (intent.state === "invalid") {
    createJoinLog(ports.log).skipped(intent.problems);
    return;
  }
  const { config } = intent;
  const name = config.name ?? drawClusterName(config.storeId, ports.random);
  const log = createJoinLog(ports.log, config.via);
  log.started(config, name);
  const onEvent = (event: JoinEvent): void => {
    if (event.type === "accepted" || event.type === "failed") metrics.countJoinRequest(event.type);
    log.happened(event);
  };
  const outcome = await join(config, name, parts, onEvent, signal);
  metrics.setJoinState(outcome.state);
  log.ended(outcome);
}

async function join(
  config: JoinConfig,
  name: string,
  { ports, controller, holds }: FederationJoinParts,
  onEvent: (event: JoinEvent) => void,
  signal: AbortSignal,
): Promise<JoinOutcome> {
  try {
    const parties = await gatherParties(config, ports, controller, holds, signal);
    try {
      const { storeId, via, jointRest, masterRest, masterFederation, token, retry } = config;
      return await joinFederation(
        {
          storeId,
          name,
          nameIsFixed: config.name !== undefined,
          via,
          jointRest,
          masterRest: via === "master" ? masterRest : undefined,
          masterFederation,
          token,
          retry,
          mend: { kicked: false, changed: false },
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
