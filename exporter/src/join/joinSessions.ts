import type { JoinSessions } from "@fedjoin/provider/internal/federation";
import {
  createSession,
  getFederation,
  NeuVectorError,
  reactionTo,
  type BackoffStore,
  type Ports,
  type Session,
  type Target,
} from "@fedjoin/provider/internal/neuvector";
import { createBackoffPolicy } from "../account/loginBackoff";
import type { JoinConfig } from "../settings/joinConfig";
import { formatAddress } from "@fedjoin/provider/internal/values";

/**
 * Runs `work` with the sessions of a join, then logs out of the one that this join alone uses. `controller` is the session
 * that scrapes. A side that the account may not read is left out.
 */
export async function withJoinSessions<T>(
  config: JoinConfig,
  ports: Ports,
  controller: Session,
  backoffs: BackoffStore,
  signal: AbortSignal,
  work: (sessions: JoinSessions) => Promise<T>,
): Promise<T> {
  const joinSession = createJoinSession(config, ports, controller, backoffs);
  try {
    return await work(await chooseSessions(config, ports, controller, joinSession, signal));
  } finally {
    if (joinSession !== controller) await joinSession.close();
  }
}

async function chooseSessions(
  { via, account }: JoinConfig,
  ports: Ports,
  controller: Session,
  joinSession: Session,
  signal: AbortSignal,
): Promise<JoinSessions> {
  if (via === "controller") return { via, joinSession, sessions: { site: joinSession, master: undefined } };
  const siteError = await probeRead(controller, signal);
  const isPermanent = siteError !== undefined && reactionTo(siteError) !== "retry";
  if (isPermanent && !signal.aborted) {
    ports.log("warn", `The join continues without reading the site's own membership: ${siteError.message}`);
  }
  const canReadMaster = account.is === "own" && (await probeRead(joinSession, signal)) === undefined;
  const sessions = { site: isPermanent ? undefined : controller, master: canReadMaster ? joinSession : undefined };
  return { via, joinSession, sessions };
}

function createJoinSession(
  { via, account, masterRest, masterTls }: JoinConfig,
  ports: Ports,
  controller: Session,
  backoffs: BackoffStore,
): Session {
  const target: Target =
    via === "controller" ? controller.target : { protocol: "https", ...masterRest, tls: masterTls };
  const backoff = createBackoffPolicy(backoffs, ports.log);
  if (account.is === "own") return createSession(ports, target, account.credentials, { backoff });
  if (via === "controller") return controller;
  // An API key of this controller is not valid at another host.
  if (account.is === "none" || controller.credentials.kind !== "user") {
    return createSession(ports, target, { kind: "none" });
  }
  const onLoginDemanded = (): void => {
    const host = formatAddress(target);
    ports.log("info", `${host} requires a login: using CTRL_USERNAME (JOIN_CREDENTIALS=none prevents it)`);
  };
  return createSession(ports, target, controller.credentials, { backoff, onLoginDemanded });
}

/** Returns the error of a read; `undefined` if it succeeds. */
async function probeRead(session: Session, signal: AbortSignal): Promise<NeuVectorError | undefined> {
  try {
    await getFederation(session, { signal });
    return undefined;
  } catch (error) {
    if (error instanceof NeuVectorError) return error;
    throw error;
  }
}
