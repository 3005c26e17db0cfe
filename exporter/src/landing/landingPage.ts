import type { JoinView } from "../join/joinStatus";
import type { Scraper } from "../scrape/scraper";
import type { Page } from "../web/page";
import { landingDocument, type LandingLink } from "./document";
import { renderHtml } from "./html";
import { stylesheetSource } from "./stylesheet";

/** The data sources of the page, read for each request. */
export interface LandingDeps {
  readonly version: string;
  /** Path of the metrics. */
  readonly telemetryPath: string;
  /** Links to further pages, such as `/sd`. */
  readonly links?: readonly { readonly path: string; readonly label: string }[];
  /** The controller's address; `undefined` if there is none. */
  readonly controller: () => string | undefined;
  /** The controller's scraper. Only stored results are read: the page sends no requests. */
  readonly scraper: () => Pick<Scraper, "lastResults" | "lastScrapeMs" | "federation"> | undefined;
  readonly join: () => JoinView;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src ${stylesheetSource}`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const refresh = { least: 10, most: 3600 };

/** The page at `/`. With `?refresh=<seconds>`, browsers reload it at that interval. */
export function landingPage(sources: LandingDeps): Page {
  const { version, telemetryPath, links = [], controller, scraper, join, now } = sources;
  const allLinks: readonly LandingLink[] = [
    { path: telemetryPath, label: "Metrics" },
    ...links,
    { path: "/-/healthy", label: "Health" },
    { path: "/-/ready", label: "Readiness" },
  ].map(({ path, label }) => ({ href: path.slice(1), label }));
  return {
    respond({ query }) {
      const source = scraper();
      const page = landingDocument({
        version,
        links: allLinks,
        controller: controller(),
        results: source?.lastResults() ?? [],
        lastScrapeMs: source?.lastScrapeMs(),
        federation: source?.federation(),
        join: join(),
        nowMs: now(),
        refreshSeconds: refreshSeconds(query.get("refresh")),
      });
      return {
        status: 200,
        contentType: "text/html; charset=utf-8",
        body: renderHtml(page),
        headers: {
          "Content-Security-Policy": contentSecurityPolicy,
          "Referrer-Policy": "no-referrer",
          "Cache-Control": "no-store",
        },
      };
    },
  };
}

/** Parses whole seconds and clamps them to the allowed range; `undefined` for anything else. */
function refreshSeconds(wish: string | null): number | undefined {
  if (wish === null || !/^\d{1,9}$/.test(wish)) return undefined;
  return Math.min(Math.max(Number(wish), refresh.least), refresh.most);
}
