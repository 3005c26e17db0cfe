import { drawClusterName, isCancelled } from "@fedjoin/provider";
import type { JoinConfig, JoinIntent } from "../settings/joinConfig";
import type { StateFiles } from "../state/stateFiles";
import { attemptJoin, kindOf, type JoinAttemptParts } from "./joinAttempt";
import { createJoinLog } from "./joinLog";
import { keepJoinMemory } from "./joinMemory";
import { watchMembership } from "./membershipWatch";

export interface FederationJoinParts extends JoinAttemptParts {
  readonly intent: JoinIntent;
  readonly files: StateFiles;
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

/** A membership that is remembered and watched is looked at first; everything else begins with a join, which looks too. */
async function joinAndWatch(config: JoinConfig, parts: FederationJoinParts, signal: AbortSignal): Promise<void> {
  const { ports, controller, files, record } = parts;
  const drawName = (): string => drawClusterName(config.storeId, ports.random);
  const keeper = keepJoinMemory(files, config, controller.target, drawName);
  const { membership, underWay } = keeper.current;
  const looksFirst = config.watch !== undefined && membership !== undefined && !underWay;
  if (looksFirst) record.set({ state: "unconfirmed", name: membership.name });
  const end = looksFirst ? undefined : await attemptJoin(config, keeper, false, parts, signal);
  if (config.watch !== undefined) await watchMembership(config, config.watch, keeper, end, parts, signal);
}
