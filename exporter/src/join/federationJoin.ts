import { generateClusterName } from "@fedjoin/provider/internal/federation";
import { isCancelled } from "@fedjoin/provider/internal/neuvector";
import type { JoinConfig, JoinIntent } from "../settings/joinConfig";
import type { StateFiles } from "../state/stateFiles";
import { openJoinCheckpoint } from "./joinCheckpoint";
import { createJoinLog } from "./joinLog";
import { watchMembership } from "./membershipWatch";
import { errorKindOf, runJoin, type JoinDeps } from "./runJoin";

export interface FederationJoinDeps extends JoinDeps {
  readonly intent: JoinIntent;
  readonly files: StateFiles;
}

/**
 * Joins the federation and monitors the membership, each if it is configured, until `signal` aborts. Never throws: metrics
 * are served even if the join fails (R9).
 */
export async function runFederationJoin(deps: FederationJoinDeps, signal: AbortSignal): Promise<void> {
  const { intent, record } = deps;
  const ports = { ...deps.ports, log: record.captureLog(deps.ports.log) };
  record.set({ state: intent.state === "on" ? "joining" : intent.state });
  if (intent.state === "off") return;
  if (intent.state === "invalid") {
    createJoinLog(ports.log).skipped(intent.problems);
    return;
  }
  try {
    await joinAndWatch(intent.config, { ...deps, ports }, signal);
  } catch (error) {
    if (isCancelled(error)) return;
    record.set({ state: "failed", lastErrorKind: errorKindOf(error), nextRetryAt: undefined });
    ports.log("error", `Federation join failed unexpectedly: ${String(error)}`);
  }
}

/** Observes first if a known membership is monitored; otherwise begins with a join, which observes too. */
async function joinAndWatch(config: JoinConfig, deps: FederationJoinDeps, signal: AbortSignal): Promise<void> {
  const { ports, controller, files, record } = deps;
  const generateName = (): string => generateClusterName(config.membership.storeId, ports.random);
  const store = openJoinCheckpoint(files, config, controller.target, generateName);
  const { membership, underWay } = store.current;
  const observesFirst = config.watch !== undefined && membership !== undefined && !underWay;
  if (observesFirst) record.set({ state: "unconfirmed", name: membership.name });
  const end = observesFirst ? undefined : await runJoin(config, store, false, deps, signal);
  if (config.watch !== undefined) await watchMembership(config, config.watch, store, end, deps, signal);
}
