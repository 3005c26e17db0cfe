import type { JoinView } from "../join/joinStatus";
import type { CollectorResult, FederationSnapshot } from "../scrape/scraper";
import { ageElement, timeElement } from "./time";
import { federationSection } from "./federationSection";
import { federationView, type FederationView } from "./federationView";
import { html, type Content, type Html } from "./html";
import { joinSection } from "./joinSection";
import { pageSummary, type Summary } from "./pageSummary";
import { scrapeSection } from "./scrapeSection";
import { scrapeView, type ScrapeView } from "./scrapeView";
import { styleElement } from "./stylesheet";
import { compareSeverities, iconSymbols, withIcon, type Severity } from "./severity";

export interface LandingLink {
  /** Relative to the page, so that a proxy can serve it under any path. */
  readonly href: string;
  readonly label: string;
}

/** The content of the page. Times are milliseconds since the epoch. */
export interface LandingData {
  readonly version: string;
  readonly links: readonly LandingLink[];
  /** The controller's address; `undefined` if there are only configured targets. */
  readonly controller: string | undefined;
  /** The last result of each collector; empty before the first scrape. */
  readonly results: readonly CollectorResult[];
  /** When the last scrape ended. */
  readonly lastScrapeMs: number | undefined;
  readonly federation: FederationSnapshot | undefined;
  readonly join: JoinView;
  readonly nowMs: number;
  /** Seconds between reloads, if requested. */
  readonly refreshSeconds: number | undefined;
}

/** Renders the whole page, without scripts or external resources. */
export function landingDocument(facts: LandingData): Html {
  const { version, links, controller, results, lastScrapeMs, join, nowMs, refreshSeconds } = facts;
  const scrape = scrapeView({ hasController: controller !== undefined, results, lastMs: lastScrapeMs }, nowMs);
  const federation = {
    view: federationView(facts.federation, nowMs),
    collector: scrape.collectors.find(({ name }) => name === "federation"),
    lastScrapeMs,
    nowMs,
  };
  const summary = pageSummary(scrape.summary, federation.view, join);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${refreshSeconds !== undefined && html`<meta http-equiv="refresh" content="${refreshSeconds}" />`}
        <title>${summary.headline} &ndash; NeuVector exporter</title>
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
          ${summarySection(summary, scrape, controller, federation.view, nowMs)}
          ${controller !== undefined && federationSection(federation)} ${scrapeSection(scrape, summary, nowMs)}
          ${joinSection(join, nowMs)}
        </main>
        <footer>
          <p>Written ${timeElement(nowMs)} from the last scrape. This page sends no requests to the controller.</p>
          <p>
            ${
              refreshSeconds === undefined
                ? html`For a wall display: <a href="?refresh=30">reload every 30 seconds</a>.`
                : html`Reloads every ${refreshSeconds} seconds. <a href="?">Stop</a>.`
            }
          </p>
        </footer>
      </body>
    </html> `;
}

function summarySection(
  summary: Summary,
  { summary: scrape, lastMs }: ScrapeView,
  controller: string | undefined,
  view: FederationView,
  nowMs: number,
): Html {
  const fact = (label: string, value: Content): Html =>
    html`<div>
      <dt>${label}</dt>
      <dd>${value}</dd>
    </div>`;
  return html`<section class="summary" aria-labelledby="summary">
    <h2 id="summary">${withIcon(summary.severity, summary.headline)}</h2>
    ${summary.advice !== undefined && html`<p>${summary.advice}</p>`}
    <dl class="about">
      ${controller !== undefined && fact("Controller", html`<code>${controller}</code>`)}
      ${view.sees !== "nothing" && fact("Federation", federationFact(view, nowMs))}
      ${summary !== scrape && fact("Scrape", withIcon(scrape.severity, scrape.headline))}
      ${controller !== undefined && fact("Last scrape", lastMs === undefined ? "none yet" : ageElement(lastMs, nowMs))}
    </dl>
  </section>`;
}

type SeenView = Exclude<FederationView, { sees: "nothing" }>;

/** The federation in one line, with its age if it is stale. */
function federationFact(view: SeenView, nowMs: number): Content {
  const words = html`${federationSummary(view)}${view.isStale && html`, ${ageElement(view.atMs, nowMs)}`}`;
  const severity = federationSeverity(view);
  return severity === undefined ? words : withIcon(severity, words);
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

/** The worst severity. */
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
