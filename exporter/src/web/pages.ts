import { scrapeTimeoutMs } from "../scrape/deadline";
import type { Format } from "../scrape/exposition";
import { negotiate } from "./contentType";
import { plain, type Page, type Pieces, type Reply } from "./page";

export interface PageParts {
  /** The exposition text piece by piece, its data got within `timeoutMs`, or what is wrong with the query. */
  readonly metrics: (timeoutMs: number, format: Format, query: URLSearchParams) => Pieces | Reply;
  readonly telemetryPath: string;
  /** `undefined` for none. */
  readonly landing: Page | undefined;
  /** Reads again what can be read again, and says how that went; `undefined` where the lifecycle API is not enabled. */
  readonly reload: (() => Reply) | undefined;
}

/** The exporter's pages by path. */
export function exporterPages(parts: PageParts): Record<string, Page> {
  const { metrics, telemetryPath, landing, reload } = parts;
  return {
    "/-/healthy": { answer: () => plain(200, "healthy") },
    // Ready without the controller: its outage must be scraped as nv_up 0.
    "/-/ready": { answer: () => plain(200, "ready") },
    "/-/reload": {
      methods: ["POST", "PUT"],
      answer: () => (reload === undefined ? plain(403, "lifecycle API is not enabled") : reload()),
    },
    ...(landing !== undefined && { "/": landing }),
    [telemetryPath]: {
      isScrape: true,
      answer: ({ header, query }) => {
        const { format, contentType } = negotiate(header("accept"));
        const body = metrics(scrapeTimeoutMs(header("x-prometheus-scrape-timeout-seconds")), format, query);
        if ("status" in body) return body;
        return { status: 200, contentType, body, headers: { Vary: "Accept" } };
      },
    },
  };
}
