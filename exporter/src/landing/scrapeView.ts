import { errorKinds, hintFor, type ErrorKind } from "@fedjoin/provider";
import { hasFreshData, reasonOf } from "../scrape/scrapeMetrics";
import type { CollectorResult } from "../scrape/scraper";
import { staleAfterMs } from "./federationView";
import type { Severity } from "./severity";

/** How one collector fared last. */
export interface CollectorView {
  readonly name: string;
  /** One of the kinds of errors; `undefined` after a success. */
  readonly reason: string | undefined;
  /** The controller answered that it has nothing of this group. */
  readonly isAbsent: boolean;
  readonly durationMs: number;
  readonly lastSuccessMs: number | undefined;
}

/** One reason for failures, what it means and what to do. */
export interface ReasonView {
  readonly reason: string;
  readonly meaning: string;
  readonly advice: string;
}

export interface ScrapeView {
  /** The failed ones first. */
  readonly collectors: readonly CollectorView[];
  readonly reasons: readonly ReasonView[];
  /** When the last scrape ended. */
  readonly lastMs: number | undefined;
  /** The whole in one line, and what to do where something is to be done. */
  readonly summary: { readonly tone: Severity; readonly headline: string; readonly advice: string | undefined };
}

export interface ScrapeData {
  /** Whether there is a controller to scrape at all. */
  readonly hasController: boolean;
  readonly results: readonly CollectorResult[];
  readonly lastMs: number | undefined;
}

/** What to do about the failures that scrapes meet; `docs/reference/errors.md` has all of them. */
const adviceByKind: Partial<Record<ErrorKind, string>> = {
  network: "Check CTRL_API_SERVICE, the firewall and that the controller runs. The exporter recovers by itself.",
  timeout: "Give the scrape more time (scrape_timeout), or the heavy groups an interval of their own.",
  tls: "Set CTRL_CA_FILE, CTRL_TLS_SERVER_NAME or CTRL_TLS_FINGERPRINT. The log names the certificate.",
  unauthorized: "Check CTRL_USERNAME and CTRL_PASSWORD, or CTRL_APIKEY.",
  login_rejected: "Check CTRL_USERNAME and CTRL_PASSWORD. The exporter pauses, so that the account is not locked.",
  locked_out: "Wait for an hour or let an admin unblock the account. The exporter leaves it alone for 65 minutes.",
  forbidden: "The role of the account may not read this: give it the role reader, or leave the group out.",
  unexpected_reply: "Check that CTRL_API_SERVICE is the REST API of a controller, usually on port 10443.",
};

const isKind = (reason: string): reason is ErrorKind => Object.hasOwn(errorKinds, reason);

function toReason(reason: string): ReasonView {
  if (!isKind(reason)) {
    return { reason, meaning: "A fault in the exporter itself.", advice: "Look at its log, and report it." };
  }
  return { reason, meaning: errorKinds[reason].meaning, advice: adviceByKind[reason] ?? hintFor(reason, "read") };
}

/** What to show of the last scrape. */
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
): ScrapeView["summary"] {
  if (!hasController) {
    return {
      tone: "unknown",
      headline: "No controller of its own",
      advice: "Set CTRL_API_SERVICE to scrape one, or use the configured targets.",
    };
  }
  if (results.length === 0 || lastMs === undefined) {
    return {
      tone: "unknown",
      headline: "Not scraped yet",
      advice: "The exporter asks its controller only when somebody asks it. Open Metrics, or let Prometheus scrape it.",
    };
  }
  const [first] = reasons;
  if (!results.some((result) => hasFreshData(result) || result.noDataReason === "kept")) {
    const headline = first?.reason === "network" ? "The controller does not answer" : "The controller gives no data";
    return { tone: "lost", headline, advice: first?.advice ?? "It has none of the groups that were asked for." };
  }
  if (failed > 0) {
    return { tone: "attention", headline: `${failed} of ${results.length} groups got no data`, advice: first?.advice };
  }
  if (nowMs - lastMs >= staleAfterMs) {
    return {
      tone: "attention",
      headline: "Nobody scrapes any more",
      advice: "What is shown here is old. Check that Prometheus still has this exporter as a target, and reaches it.",
    };
  }
  const shown = results.filter(({ noDataReason }) => noDataReason !== "absent").length;
  const headline = shown === 1 ? "The one group got its data" : `All ${shown} groups got their data`;
  return { tone: "good", headline, advice: undefined };
}
