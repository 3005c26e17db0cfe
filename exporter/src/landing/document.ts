import type { JoinView } from "../join/joinStatus";
import type { CollectorResult, FederationSnapshot } from "../scrape/scraper";
import { ageElement, timeElement } from "./time";
import { federationSection } from "./federationSection";
import { federationView, type FederationView } from "./federationView";
import { html, type Content, type Html } from "./html";
import { joinSection } from "./joinSection";
import { scrapeSection } from "./scrapeSection";
import { scrapeView, type ScrapeView } from "./scrapeView";
import { styleElement } from "./stylesheet";
import { compareSeverities, iconSymbols, withIcon, type Severity } from "./severity";

export interface LandingLink {
  /** Relative to the page, so that a proxy may serve it anywhere. */
  readonly href: string;
  readonly label: string;
}

/** All that the page shows. Times are milliseconds since the epoch. */
export interface LandingData {
  readonly version: string;
  readonly links: readonly LandingLink[];
  /** The controller's address; `undefined` where there are configured targets only. */
  readonly controller: string | undefined;
  /** How each collector fared last; empty before the first scrape. */
  readonly results: readonly CollectorResult[];
  /** When the last scrape ended. */
  readonly lastScrapeMs: number | undefined;
  readonly federation: FederationSnapshot | undefined;
  readonly join: JoinView;
  readonly nowMs: number;
  /** Seconds between two loads, where the reader asked for it. */
  readonly refreshSeconds: number | undefined;
}

/** The whole page. Holds no script and needs no other resource. */
export function landingDocument(facts: LandingData): Html {
  const { version, links, controller, results, lastScrapeMs, join, nowMs, refreshSeconds } = facts;
  const scrape = scrapeView({ hasController: controller !== undefined, results, lastMs: lastScrapeMs }, nowMs);
  const federation = {
    view: federationView(facts.federation, nowMs),
    collector: scrape.collectors.find(({ name }) => name === "federation"),
    lastScrapeMs,
    nowMs,
  };
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${refreshSeconds !== undefined && html`<meta http-equiv="refresh" content="${refreshSeconds}" />`}
        <title>${scrape.summary.headline} &ndash; NeuVector exporter</title>
        ${styleElement}
      </head>
      <body>
        ${iconSymbols}
        <header>
          <h1>NeuVector exporter</h1>
          <p class="version">fedjoin ${version}</p>
          <nav aria-label="Pages">
            <ul>
              ${links.map(({ href, label }) => html`<li><a href="${href}">${label}</a></li>`)}
            </ul>
          </nav>
        </header>
        <main>
          ${summarySection(scrape, controller, federation.view, nowMs)}
          ${controller !== undefined && federationSection(federation)} ${scrapeSection(scrape, nowMs)}
          ${joinSection(join, nowMs)}
        </main>
        <footer>
          <p>Written ${timeElement(nowMs)} from what the last scrape saw. This page asks the controller nothing.</p>
          <p>
            ${
              refreshSeconds === undefined
                ? html`For a screen on a wall: <a href="?refresh=30">load it again every 30 seconds</a>.`
                : html`It is loaded again every ${refreshSeconds} seconds. <a href="?">Stop that</a>.`
            }
          </p>
        </footer>
      </body>
    </html> `;
}

function summarySection(
  { summary, lastMs }: ScrapeView,
  controller: string | undefined,
  view: FederationView,
  nowMs: number,
): Html {
  const fact = (label: string, value: Content): Html =>
    html`<div>
      <dt>${label}</dt>
      <dd>${value}</dd>
    </div>`;
  return html`<section class="verdict" aria-labelledby="verdict">
    <h2 id="verdict">${withIcon(summary.tone, summary.headline)}</h2>
    ${summary.advice !== undefined && html`<p>${summary.advice}</p>`}
    <dl class="about">
      ${controller !== undefined && fact("Controller", html`<code>${controller}</code>`)}
      ${view.sees !== "nothing" && fact("Federation", federationFact(view, nowMs))}
      ${controller !== undefined && fact("Last scrape", lastMs === undefined ? "none yet" : ageElement(lastMs, nowMs))}
    </dl>
  </section>`;
}

type SeenView = Exclude<FederationView, { sees: "nothing" }>;

/** The federation in one line; what is old says so. */
function federationFact(view: SeenView, nowMs: number): Content {
  const words = html`${federationSummary(view)}${view.isStale && html`, ${ageElement(view.atMs, nowMs)}`}`;
  const tone = federationSeverity(view);
  return tone === undefined ? words : withIcon(tone, words);
}

function federationSummary(view: SeenView): string {
  switch (view.sees) {
    case "no federation":
      return "none";
    case "its master":
      return "member";
    case "members": {
      const { members } = view;
      if (members.length === 0) return "master, no members yet";
      const synced = members.filter(({ status }) => status === "synced").length;
      return `master, ${synced} of ${members.length} ${members.length === 1 ? "member" : "members"} synced`;
    }
  }
}

/** The worst there is. */
function federationSeverity(view: SeenView): Severity | undefined {
  switch (view.sees) {
    case "no federation":
      return undefined;
    case "its master":
      return [view.member.severity, view.master.severity].sort(compareSeverities)[0];
    case "members":
      return view.counts[0]?.severity;
  }
}
