import type { Ports } from "@fedjoin/provider/neuvector";
import type { BackoffStore } from "../account/backoffStore";
import type { Collector } from "../collectors/collector";
import { isShown, type RenderOptions } from "../scrape/render";
import { toExpositionFamily, type ExpositionFamily } from "../scrape/exposition";
import type { Command, Config } from "../settings/config";
import { createReloader, scrapeConfigOf } from "./reload";
import { createRequestCounts } from "./requestCounts";
import { targetFamilies } from "./targetMetrics";
import { metricsText, targetPages, type ScrapePageDeps } from "../pages/scrapePages";
import { createTargets } from "./targets";

export interface TargetsStartDeps {
  readonly config: Config;
  readonly ports: Ports;
  readonly holds: BackoffStore;
  readonly createCollectors: () => readonly Collector[];
  /** Rereads flags, environment and files. */
  readonly read: () => Command;
  /** What else `/metrics` says of the exporter. */
  readonly others: () => Promise<readonly ExpositionFamily[]>;
}

/** Whether a collector has any metric under `names`. Others are not run, so they send no request. */
const showsWith =
  (names: RenderOptions["names"]) =>
  ({ metrics }: Collector): boolean =>
    metrics.some((metric) => isShown(metric, names));

/** Everything that is scraped, with the pages that show it and the way to configure it anew. Sends nothing yet. */
export function startTargets({ config, ports, holds, createCollectors, read, others }: TargetsStartDeps) {
  const counts = createRequestCounts();
  const targets = createTargets({
    ports: { ...ports, transport: counts.instrument(ports.transport) },
    holds,
    createCollectors: () => createCollectors().filter(showsWith(config.exposition.names)),
    limits: config.limits,
    config: scrapeConfigOf(config),
  });
  const reloads = createReloader({
    read,
    apply: (next) => {
      targets.reconfigure(next);
    },
    clock: ports.clock,
    log: ports.log,
  });
  const parts: ScrapePageDeps = {
    targets,
    exposition: config.exposition,
    own: async () => [
      ...targetFamilies({ targets, counts, reload: reloads.state() }).map(toExpositionFamily),
      ...(await others()),
    ],
  };
  return { targets, reload: () => reloads.reload(), metrics: metricsText(parts), pages: targetPages(parts) };
}
