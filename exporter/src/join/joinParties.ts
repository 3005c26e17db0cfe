import {
  createSession,
  formatAddress,
  getFedMember,
  NeuVectorError,
  reactionTo,
  type Ports,
  type Session,
  type Sides,
  type Target,
} from "@fedjoin/provider";
import { createGuardedSession } from "../account/guardedSession";
import type { HoldStore } from "../account/holdStore";
import type { JoinConfig } from "../settings/joinConfig";

/** Whom a join talks to. */
export interface JoinParties {
  readonly joiner: Session;
  readonly sides: Sides;
  /** Logs out where this join alone had logged in. */
  close(): Promise<void>;
}

/** The sessions of a join; `controller` is the one that scrapes. A side that this account may not read is left out. */
export async function gatherParties(
  config: JoinConfig,
  ports: Ports,
  controller: Session,
  holds: HoldStore,
  signal: AbortSignal,
): Promise<JoinParties> {
  const joiner = joinerOf(config, ports, controller, holds);
  const close = (): Promise<void> => (joiner === controller ? Promise.resolve() : joiner.close());
  if (config.via === "controller") return { joiner, sides: { site: joiner, master: undefined }, close };
  const unreadable = await whyUnreadable(controller, signal);
  const isHopeless = unreadable !== undefined && reactionTo(unreadable) !== "retry";
  if (isHopeless && !signal.aborted) {
    ports.log("warn", `The join goes on without looking at the site's own membership: ${unreadable.message}`);
  }
  const masterReads = config.account.is === "own" && (await whyUnreadable(joiner, signal)) === undefined;
  return {
    joiner,
    sides: { site: isHopeless ? undefined : controller, master: masterReads ? joiner : undefined },
    close,
  };
}

function joinerOf(
  { via, account, masterRest, masterTls }: JoinConfig,
  ports: Ports,
  controller: Session,
  holds: HoldStore,
): Session {
  const target: Target =
    via === "controller" ? controller.target : { protocol: "https", ...masterRest, tls: masterTls };
  if (account.is === "own") return createGuardedSession(ports, target, account.credentials, holds);
  if (via === "controller") return controller;
  const anonymous = createSession(ports, target, { kind: "none" });
  // An API key of this controller means nothing to another host.
  if (account.is === "none" || controller.credentials.kind !== "user") return anonymous;
  return loginWhenAsked(anonymous, createGuardedSession(ports, target, controller.credentials, holds), ports);
}

/** `anonymous` until the host wants a login (401), `account` from then on (R7). */
function loginWhenAsked(anonymous: Session, account: Session, { log }: Ports): Session {
  let current = anonymous;
  return {
    ...account,
    async call(call) {
      try {
        return await current.call(call);
      } catch (error) {
        if (current === account || !(error instanceof NeuVectorError) || error.kind !== "unauthorized") throw error;
        log(
          "info",
          `${formatAddress(account.target)} wants a login: using CTRL_USERNAME (JOIN_CREDENTIALS=none prevents it)`,
        );
        current = account;
        return current.call(call);
      }
    },
  };
}

async function whyUnreadable(session: Session, signal: AbortSignal): Promise<NeuVectorError | undefined> {
  try {
    await getFedMember(session, { signal });
    return undefined;
  } catch (error) {
    if (error instanceof NeuVectorError) return error;
    throw error;
  }
}
