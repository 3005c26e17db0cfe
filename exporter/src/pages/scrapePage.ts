import { scrapeTimeoutMs } from "../scrape/deadline";
import { renderScrape, renderSelfMetrics, type OwnFamilies, type RenderOptions } from "../scrape/render";
import type { Scrape } from "../scrape/scraper";
import { parseProbeQuery } from "../targets/probeQuery";
import type { ScrapedTarget } from "../targets/scrapedTarget";
import { resolveTarget } from "../targets/resolveTarget";
import type { Targets } from "../targets/targets";
import { negotiateFormat } from "../web/contentType";
import { textReply, type Page, type Reply } from "../web/page";
import { renderProbeReport } from "./probeReport";
import { selectCollectors } from "./selectCollectors";

/** The scrape that a query asks for. */
interface RequestedScrape {
  /** Starts it; gives `undefined` if there is no controller to scrape. */
  readonly start: (timeoutMs: number) => Scrape | undefined;
  /** The exporter's own metrics that follow those of the controller. */
  readonly selfMetrics: OwnFamilies;
  /** The target whose probe is to be explained to a person. */
  readonly explained?: ScrapedTarget | undefined;
}

/** A page that replies with an exposition. `parse` finds the scrape that a query asks for, or gives the error reply. */
function scrapePage(
  options: Omit<RenderOptions, "format">,
  parse: (query: URLSearchParams) => RequestedScrape | Reply | Promise<RequestedScrape | Reply>,
): Page {
  return {
    isScrape: true,
    async respond({ query, header }) {
      const requested = await parse(query);
      if ("status" in requested) return requested;
      const { start, selfMetrics, explained } = requested;
      const { format, contentType } = negotiateFormat(header("accept"));
      const scrape = start(scrapeTimeoutMs(header("x-prometheus-scrape-timeout-seconds")));
      if (explained !== undefined && scrape !== undefined) {
        const metrics = renderScrape(scrape, selfMetrics, { format: "text", ...options });
        const body = renderProbeReport(explained, scrape, metrics);
        return { status: 200, contentType: "text/plain; charset=utf-8", body };
      }
      const body =
        scrape === undefined
          ? renderSelfMetrics(selfMetrics, { format, ...options })
          : renderScrape(scrape, selfMetrics, { format, ...options });
      return { status: 200, contentType, body, headers: { Vary: "Accept" } };
    },
  };
}

/** `/metrics`: the configured controller, if any, and the exporter itself. */
export function metricsPage(targets: Targets, selfMetrics: OwnFamilies, options: Omit<RenderOptions, "format">): Page {
  return scrapePage(options, (query) => {
    const selection = selectCollectors(query, targets.config().plan.collectors);
    if ("problem" in selection) return textReply(400, selection.problem);
    return { start: (timeoutMs) => targets.main()?.scrape(timeoutMs, selection.selected), selfMetrics };
  });
}

/** `/probe`: the target or the member that the query names. */
export function probePage(targets: Targets, options: Omit<RenderOptions, "format">): Page {
  return scrapePage(options, async (query) => {
    const probe = parseProbeQuery(query);
    if ("problem" in probe) return textReply(400, probe.problem);
    const resolved = resolveTarget(targets.config(), probe);
    if ("problem" in resolved) return textReply(resolved.status, resolved.problem);
    const selection = selectCollectors(query, resolved.plan.collectors);
    if ("problem" in selection) return textReply(400, selection.problem);
    const target = await targets.find(probe);
    if ("problem" in target) return textReply(target.status, target.problem);
    return {
      start: (timeoutMs) => target.scrape(timeoutMs, selection.selected),
      selfMetrics: () => Promise.resolve([]),
      explained: query.get("debug") === "true" ? target : undefined,
    };
  });
}
