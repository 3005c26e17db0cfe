import { errorKinds, hintFor, type ErrorKind } from "@fedjoin/provider/internal/neuvector";
import { hasFreshData, reasonOf } from "../scrape/scrapeMetrics";
import type { CollectorResult } from "../scrape/scraper";
import { staleAfterMs } from "./federationView";
import type { Severity } from "./severity";

/** The last result of a collector. */
export interface CollectorView {
  readonly name: string;
  /** The error kind; `undefined` after a success. */
  readonly reason: string | undefined;
  /** Whether the controller does not have this data. */
  readonly isAbsent: boolean;
  readonly durationMs: number;
  readonly lastSuccessMs: number | undefined;
}

/** An error kind, its meaning and what to do. */
export interface ReasonView {
  readonly reason: string;
  readonly meaning: string;
  readonly advice: string;
}

export interface ScrapeView {
  /** Failed ones first. */
  readonly collectors: readonly CollectorView[];
  readonly reasons: readonly ReasonView[];
  /** When the last scrape ended. */
  readonly lastMs: number | undefined;
  /** The overall result and, if needed, what to do. */
  readonly summary: ScrapeSummary;
}

interface ScrapeSummary {
  readonly severity: Severity;
  readonly headline: string;
  readonly advice: string | undefined;
}

export interface ScrapeData {
  /** Whether a controller is configured. */
  readonly hasController: boolean;
  readonly results: readonly CollectorResult[];
  readonly lastMs: number | undefined;
}

/** What to do about the errors of scrapes; the errors page has all of them. */
const adviceByKind: Partial<Record<ErrorKind, string>> = {
  network: "Check CTRL_API_SERVICE, the firewall and that the controller runs. The exporter recovers by itself.",
  timeout: "Increase scrape_timeout, or set an interval for the expensive collectors.",
  tls: "Set CTRL_CA_FILE, CTRL_TLS_SERVER_NAME or CTRL_TLS_FINGERPRINT. The log names the certificate.",
  unauthorized: "Check CTRL_USERNAME and CTRL_PASSWORD, or CTRL_APIKEY.",
  login_rejected:
    "Check CTRL_USERNAME and CTRL_PASSWORD. The exporter pauses logins so that the account is not locked.",
  locked_out: "Wait an hour or have an admin unblock the account. The exporter does not use it for 65 minutes.",
  forbidden: "The role of the account may not read this: give it the role reader, or disable the collector.",
  unexpected_reply: "Check that CTRL_API_SERVICE is the REST API of a controller, usually on port 10443.",
};

const isKind = (reason: string): reason is ErrorKind => Object.hasOwn(errorKinds, reason);

function toReason(reason: string): ReasonView {
  if (!isKind(reason)) {
    return { reason, meaning: "A bug in the exporter.", advice: "Check its log and report it." };
  }
  return { reason, meaning: errorKinds[reason].meaning, advice: adviceByKind[reason] ?? hintFor(reason, "read") };
}

/** Builds the view of the last scrape. */
export function scrapeView(facts: ScrapeData, nowMs: number): ScrapeView {
  const all = facts.results.map(
    ({ collector, error, noDataReason, durationSeconds, lastSuccessMs }): CollectorView => ({
      name: collector,
      reason: error === undefined ? undefined : reasonOf(error),
      isAbsent: noDataReason === "absent",
      durationMs: durationSeconds * 1000,
      lastSuccessMs,
    }),
  );
  const failed = all.filter(({ reason }) => reason !== undefined);
  const reasons = [...new Set(failed.flatMap(({ reason }) => reason ?? []))].map(toReason);
  return {
    collectors: [...failed, ...all.filter(({ reason }) => reason === undefined)],
    reasons,
    lastMs: facts.lastMs,
    summary: summarize(facts, failed.length, reasons, nowMs),
  };
}

function summarize(
  { hasController, results, lastMs }: ScrapeData,
  failed: number,
  reasons: readonly ReasonView[],
  nowMs: number,
): ScrapeSummary {
  if (!hasController) {
    return {
      severity: "unknown",
      headline: "No controller of its own",
      advice: "Set CTRL_API_SERVICE to scrape one, or use the configured targets.",
    };
  }
  if (results.length === 0 || lastMs === undefined) {
    return {
      severity: "unknown",
      headline: "Not scraped yet",
      advice: "The exporter queries its controller only when it is scraped. Open Metrics, or let Prometheus scrape it.",
    };
  }
  const [first] = reasons;
  if (!results.some((result) => hasFreshData(result) || result.noDataReason === "kept")) {
    const headline = first?.reason === "network" ? "The controller does not respond" : "The controller gives no data";
    return { severity: "critical", headline, advice: first?.advice ?? "It has no data for the selected collectors." };
  }
  if (failed > 0) {
    return { severity: "warning", headline: `${failed} of ${results.length} collectors failed`, advice: first?.advice };
  }
  if (nowMs - lastMs >= staleAfterMs) {
    return {
      severity: "warning",
      headline: "Scrapes have stopped",
      advice: "This page shows old data. Check that Prometheus still has this exporter as a target and can reach it.",
    };
  }
  const shown = results.filter(({ noDataReason }) => noDataReason !== "absent").length;
  const headline = shown === 1 ? "The only collector succeeded" : `All ${shown} collectors succeeded`;
  return { severity: "ok", headline, advice: undefined };
}
