import { NeuVectorError, type ErrorKind, type FederationResponse } from "@fedjoin/provider/internal/neuvector";
import { landingDocument, type LandingData } from "../../exporter/src/landing/document";
import { renderHtml } from "../../exporter/src/landing/html";
import type { JoinView } from "../../exporter/src/join/joinStatus";
import { createMemberHistory } from "../../exporter/src/collectors/memberHistory";
import type { CollectorResult, FederationSnapshot } from "../../exporter/src/scrape/scraper";
import { ofStandalone } from "./fedReplies";

/** When every page of these tests is made. */
export const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);

/** A collector that got its data 12 seconds ago. */
export const succeeded = (collector: string): CollectorResult => ({
  collector,
  durationSeconds: 0.012,
  families: [],
  lastSuccessMs: nowMs - 12_000,
});

/** A collector that failed now. */
export const failed = (collector: string, kind: ErrorKind): CollectorResult => ({
  ...succeeded(collector),
  error: new NeuVectorError(kind, "no"),
});

export const joinOff: JoinView = {
  state: "off",
  name: undefined,
  attempts: 0,
  nextRetryAt: undefined,
  lastErrorKind: undefined,
  lastSuccessAt: undefined,
  since: nowMs - 60_000,
  timeline: [],
};

/** What an exporter that starts then sees. */
export const snapshotOf = (reply: FederationResponse, atMs: number): FederationSnapshot => ({
  ...{ reply, atMs },
  members: createMemberHistory().observe(reply, atMs),
});

/** The facts of a scrape 12 seconds ago that got everything. */
export function landingFacts(given: Partial<LandingData> = {}, reply: FederationResponse = ofStandalone): LandingData {
  return {
    version: "1.2.3",
    links: [{ href: "metrics", label: "Metrics" }],
    controller: "controller.example.com:10443",
    results: ["summary", "federation"].map(succeeded),
    lastScrapeMs: nowMs - 12_000,
    federation: snapshotOf(reply, nowMs - 12_000),
    join: joinOff,
    nowMs,
    refreshSeconds: undefined,
    ...given,
  };
}

/** The page's source. */
export const landingHtml = (given: Partial<LandingData> = {}, reply?: FederationResponse): string =>
  renderHtml(landingDocument(landingFacts(given, reply)));

/** What a reader of the source without its tags finds, in one line. */
export const visibleText = (page: string): string =>
  page
    .replace(/<(style|title|desc)\b[^>]*>.*?<\/\1>/gs, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
