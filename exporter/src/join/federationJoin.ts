import { generateClusterName } from "@fedjoin/provider/federation";
import { isCancelled } from "@fedjoin/provider/neuvector";
import type { JoinConfig, JoinIntent } from "../settings/joinConfig";
import type { StateFiles } from "../state/stateFiles";
import { attemptJoin, errorKindOf, type JoinAttemptDeps } from "./joinAttempt";
import { createJoinLog } from "./joinLog";
import { openJoinCheckpoint } from "./joinCheckpoint";
import { watchMembership } from "./membershipWatch";

export interface FederationJoinDeps extends JoinAttemptDeps {
  readonly intent: JoinIntent;
  readonly files: StateFiles;
}

/**
 * Joins the federation, if wanted, and looks after the membership, if that is wanted, until `signal` aborts.
 * Never throws: whatever happens here, scraping goes on (R9).
 */
export async function runFederationJoin(parts: FederationJoinDeps, signal: AbortSignal): Promise<void> {
  const { intent, record } = parts;
  const ports = { ...parts.ports, log: record.captureLog(parts.ports.log) };
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
    record.set({ state: "failed", lastErrorKind: errorKindOf(error), nextRetryAt: undefined });
    ports.log("error", `Federation join failed unexpectedly: ${String(error)}`);
  }
}

/** A membership that is remembered and watched is looked at first; everything else begins with a join, which looks too. */
async function joinAndWatch(config: JoinConfig, parts: FederationJoinDeps, signal: AbortSignal): Promise<void> {
  const { ports, controller, files, record } = parts;
  const drawName = (): string => generateClusterName(config.storeId, ports.random);
  const keeper = openJoinCheckpoint(files, config, controller.target, drawName);
  const { membership, underWay } = keeper.current;
  const observesFirst = config.watch !== undefined && membership !== undefined && !underWay;
  if (observesFirst) record.set({ state: "unconfirmed", name: membership.name });
  const end = observesFirst ? undefined : await attemptJoin(config, keeper, false, parts, signal);
  if (config.watch !== undefined) await watchMembership(config, config.watch, keeper, end, parts, signal);
}
