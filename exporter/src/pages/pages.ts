import { scrapeTimeoutMs } from "../scrape/deadline";
import type { ExpositionFormat } from "../scrape/exposition";
import { negotiateFormat } from "../web/contentType";
import { textReply, type Page, type Chunks, type Reply } from "../web/page";

export interface PageDeps {
  /** The exposition text piece by piece, its data got within `timeoutMs`, or what is wrong with the query. */
  readonly metrics: (timeoutMs: number, format: ExpositionFormat, query: URLSearchParams) => Chunks | Reply;
  readonly telemetryPath: string;
  /** `undefined` for none. */
  readonly landing: Page | undefined;
  /** Reads again what can be read again, and says how that went; `undefined` where the lifecycle API is not enabled. */
  readonly reload: (() => Reply) | undefined;
}

/** The exporter's pages by path. */
export function exporterPages(parts: PageDeps): Record<string, Page> {
  const { metrics, telemetryPath, landing, reload } = parts;
  return {
    "/-/healthy": { respond: () => textReply(200, "healthy") },
    // Ready even if the controller is down: the outage must be visible as nv_up 0.
    "/-/ready": { respond: () => textReply(200, "ready") },
    "/-/reload": {
      methods: ["POST", "PUT"],
      respond: () => (reload === undefined ? textReply(403, "lifecycle API is not enabled") : reload()),
    },
    ...(landing !== undefined && { "/": landing }),
    [telemetryPath]: {
      isScrape: true,
      respond: ({ header, query }) => {
        const { format, contentType } = negotiateFormat(header("accept"));
        const body = metrics(scrapeTimeoutMs(header("x-prometheus-scrape-timeout-seconds")), format, query);
        if ("status" in body) return body;
        return { status: 200, contentType, body, headers: { Vary: "Accept" } };
      },
    },
  };
}
