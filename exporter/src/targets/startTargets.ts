import type { Ports } from "@fedjoin/provider";
import type { HoldStore } from "../account/holdStore";
import type { Collector } from "../collectors/collector";
import { isShown, type RenderSettings } from "../scrape/render";
import { shown, type ShownFamily } from "../scrape/exposition";
import type { Command, Config } from "../settings/config";
import { createReloads, scrapedOf } from "./reload";
import { createRequestCounts } from "./requestCounts";
import { targetFamilies } from "./targetMetrics";
import { metricsText, targetPages, type TargetPageParts } from "./targetPages";
import { createTargets } from "./targets";

export interface StartParts {
  readonly config: Config;
  readonly ports: Ports;
  readonly holds: HoldStore;
  readonly createCollectors: () => readonly Collector[];
  /** Reads flags, environment and files again. */
  readonly read: () => Command;
  /** What else `/metrics` says of the exporter. */
  readonly others: () => Promise<readonly ShownFamily[]>;
}

/** Whether a group has anything to show under these names; what it would ask the controller is not asked otherwise. */
const showsWith =
  (names: RenderSettings["names"]) =>
  ({ metrics }: Collector): boolean =>
    metrics.some((metric) => isShown(metric, names));

/** Everything that is scraped, with the pages that show it and the way to configure it anew. Sends nothing yet. */
export function startTargets({ config, ports, holds, createCollectors, read, others }: StartParts) {
  const counts = createRequestCounts();
  const targets = createTargets({
    ports: { ...ports, transport: counts.counting(ports.transport) },
    holds,
    createCollectors: () => createCollectors().filter(showsWith(config.exposition.names)),
    limits: config.limits,
    config: scrapedOf(config),
  });
  const reloads = createReloads({
    read,
    apply: (next) => {
      targets.reconfigure(next);
    },
    clock: ports.clock,
    log: ports.log,
  });
  const parts: TargetPageParts = {
    targets,
    exposition: config.exposition,
    own: async () => [...targetFamilies({ targets, counts, reload: reloads.state() }).map(shown), ...(await others())],
  };
  return { targets, reload: () => reloads.reload(), metrics: metricsText(parts), pages: targetPages(parts) };
}
