import type { BackoffStore, Ports } from "@fedjoin/provider/internal/neuvector";
import type { Collector } from "../collectors/collector";
import { isShown, type RenderOptions } from "../scrape/render";
import { toExpositionFamily } from "../scrape/exposition";
import type { Command } from "../settings/command";
import type { Config } from "../settings/config";
import type { StateFiles } from "../state/stateFiles";
import { createMemberHistories } from "./memberHistories";
import { createReloader, scrapeConfigOf } from "./reload";
import { createRequestCounts } from "./requestCounts";
import { targetFamilies } from "./targetMetrics";
import { createTargets } from "./targets";

export interface TargetsStartDeps {
  readonly config: Config;
  readonly ports: Ports;
  readonly backoffs: BackoffStore;
  /** Where the histories of members survive a restart. */
  readonly files: StateFiles | undefined;
  readonly createCollectors: () => readonly Collector[];
  /** Rereads flags, environment and files. */
  readonly read: () => Command;
}

/** Whether a collector has any metric under `names`. Others are not run, so they send no request. */
const showsWith =
  (names: RenderOptions["names"]) =>
  ({ metrics }: Collector): boolean =>
    metrics.some((metric) => isShown(metric, names));

/** Creates the targets of `config` with their reload and metrics. Sends nothing before the first scrape. */
export function startTargets({ config, ports, backoffs, files, createCollectors, read }: TargetsStartDeps) {
  const counts = createRequestCounts();
  const targets = createTargets({
    ports: { ...ports, transport: counts.instrument(ports.transport) },
    backoffs,
    createCollectors: () => createCollectors().filter(showsWith(config.exposition.names)),
    limits: config.limits,
    histories: createMemberHistories(files, ports.clock),
    config: scrapeConfigOf(config),
  });
  const reloader = createReloader({
    read,
    apply: (next) => {
      targets.reconfigure(next);
    },
    clock: ports.clock,
    log: ports.log,
  });
  return {
    targets,
    reload: () => reloader.reload(),
    /** The exporter's metrics about its targets. */
    metrics: () => targetFamilies({ targets, counts, reload: reloader.state() }).map(toExpositionFamily),
  };
}
