import type { OwnFamilies, RenderOptions } from "../scrape/render";
import type { Targets } from "../targets/targets";
import { textReply, type Page } from "../web/page";
import { metricsPage, probePage } from "./scrapePage";
import { serviceDiscoveryPage } from "./serviceDiscovery";

export interface PagesDeps {
  readonly targets: Targets;
  readonly exposition: Omit<RenderOptions, "format">;
  readonly selfMetrics: OwnFamilies;
  readonly telemetryPath: string;
  /** `undefined` for none. */
  readonly landing: Page | undefined;
  /** Reloads the configuration; false if it is invalid. `undefined` if the lifecycle API is disabled. */
  readonly reload: (() => boolean) | undefined;
}

/** The exporter's pages by path. */
export function createPages(deps: PagesDeps): Record<string, Page> {
  const { targets, exposition, selfMetrics, telemetryPath, landing, reload } = deps;
  return {
    "/-/healthy": { respond: () => textReply(200, "healthy") },
    // Ready even if the controller is down: the outage must be visible as nv_up 0.
    "/-/ready": { respond: () => textReply(200, "ready") },
    "/-/reload": {
      methods: ["POST", "PUT"],
      respond() {
        if (reload === undefined) return textReply(403, "lifecycle API is not enabled");
        if (reload()) return textReply(200, "reloaded");
        return textReply(500, "the configuration is not valid, see the log; the running one is kept");
      },
    },
    ...(landing !== undefined && { "/": landing }),
    [telemetryPath]: metricsPage(targets, selfMetrics, exposition),
    "/probe": probePage(targets, exposition),
    "/sd": serviceDiscoveryPage(targets),
  };
}
