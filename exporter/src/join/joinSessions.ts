import type { FederationSessions } from "@fedjoin/provider/federation";
import {
  createSession,
  formatAddress,
  getFederation,
  NeuVectorError,
  reactionTo,
  type BackoffStore,
  type Ports,
  type Session,
  type Target,
} from "@fedjoin/provider/neuvector";
import { createBackoffPolicy } from "../account/loginBackoff";
import type { JoinConfig } from "../settings/joinConfig";

/** Whom a join talks to. */
export interface ExporterJoinSessions {
  readonly joinSession: Session;
  readonly sessions: FederationSessions;
  /** Logs out where this join alone had logged in. */
  close(): Promise<void>;
}

/** The sessions of a join; `controller` is the one that scrapes. A side that this account may not read is left out. */
export async function openJoinSessions(
  config: JoinConfig,
  ports: Ports,
  controller: Session,
  holds: BackoffStore,
  signal: AbortSignal,
): Promise<ExporterJoinSessions> {
  const joinSession = createJoinSession(config, ports, controller, holds);
  const close = (): Promise<void> => (joinSession === controller ? Promise.resolve() : joinSession.close());
  if (config.via === "controller") return { joinSession, sessions: { site: joinSession, master: undefined }, close };
  const unreadable = await probeRead(controller, signal);
  const isHopeless = unreadable !== undefined && reactionTo(unreadable) !== "retry";
  if (isHopeless && !signal.aborted) {
    ports.log("warn", `The join continues without checking the site's own membership: ${unreadable.message}`);
  }
  const masterReads = config.account.is === "own" && (await probeRead(joinSession, signal)) === undefined;
  return {
    joinSession,
    sessions: { site: isHopeless ? undefined : controller, master: masterReads ? joinSession : undefined },
    close,
  };
}

function createJoinSession(
  { via, account, masterRest, masterTls }: JoinConfig,
  ports: Ports,
  controller: Session,
  holds: BackoffStore,
): Session {
  const target: Target =
    via === "controller" ? controller.target : { protocol: "https", ...masterRest, tls: masterTls };
  const backoff = createBackoffPolicy(holds, ports.log);
  if (account.is === "own") return createSession(ports, target, account.credentials, { backoff });
  if (via === "controller") return controller;
  // An API key of this controller means nothing to another host.
  if (account.is === "none" || controller.credentials.kind !== "user") {
    return createSession(ports, target, { kind: "none" });
  }
  const onLoginDemanded = (): void => {
    ports.log(
      "info",
      `${formatAddress(target)} wants a login: using CTRL_USERNAME (JOIN_CREDENTIALS=none prevents it)`,
    );
  };
  return createSession(ports, target, controller.credentials, { backoff, onLoginDemanded });
}

async function probeRead(session: Session, signal: AbortSignal): Promise<NeuVectorError | undefined> {
  try {
    await getFederation(session, { signal });
    return undefined;
  } catch (error) {
    if (error instanceof NeuVectorError) return error;
    throw error;
  }
}
