import { NeuVectorError } from "@fedjoin/provider/internal/neuvector";
import type { CollectorResult, Scrape } from "../scrape/scraper";
import type { ScrapedTarget } from "../targets/scrapedTarget";
import type { Chunks } from "../web/page";

/** A probe as text for people: how each collector fared and why, then the metrics. */
export async function* renderProbeReport({ name, plan }: ScrapedTarget, { all }: Scrape, metrics: Chunks): Chunks {
  const heading = `Probe of the target ${name}${plan.module === "" ? "" : ` by the module ${plan.module}`}`;
  const lines = (await all).map((result) => {
    return `${result.collector.padEnd(25)} ${result.durationSeconds.toFixed(3)} s  ${outcome(result)}`;
  });
  yield Buffer.from([heading, "", ...lines, "", "Metrics:", "", ""].join("\n"));
  yield* metrics;
}

function outcome({ error, families, noDataReason }: CollectorResult): string {
  if (error !== undefined) {
    const kept = families.length > 0 ? "failed, shows earlier data" : "failed";
    return `${kept}: ${describe(error)}`;
  }
  if (noDataReason === "kept") return "ok, not due yet, shows earlier data";
  return noDataReason === "absent" ? "ok, the controller has nothing of this" : "ok";
}

function describe(error: unknown): string {
  if (error instanceof NeuVectorError) return `${error.kind}: ${error.message}`;
  return error instanceof Error ? error.message : "unexpected error";
}
