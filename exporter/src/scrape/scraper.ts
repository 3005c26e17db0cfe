import type { Clock, FederationResponse, Api } from "@fedjoin/provider/internal/neuvector";
import type { CollectContext, Collector, Limits } from "../collectors/collector";
import type { SampleFamily } from "../collectors/metric";
import { withDeadline } from "./deadline";
import { isFresh, isUsableAfterFailure, type CachedFamilies } from "./collectorCache";

/** How one collector fared in one scrape. */
export interface CollectorResult {
  readonly collector: string;
  readonly durationSeconds: number;
  /** What is shown: of this scrape, or kept from an earlier one. */
  readonly families: readonly SampleFamily[];
  /** Why a success has no data of this scrape: the controller has nothing of this, or what it gave before is kept. */
  readonly noDataReason?: "absent" | "kept";
  /** Why this scrape got nothing from the controller. */
  readonly error?: unknown;
  /** Milliseconds since the epoch; absent before the first success. */
  readonly lastSuccessMs?: number;
}

/** The federation as a controller last described it. */
export interface FederationSnapshot {
  readonly reply: FederationResponse;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

export interface ScraperDeps {
  readonly collectors: readonly Collector[];
  readonly session: Api;
  /** The label `target`. */
  readonly target: string;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly roster?: readonly string[] | undefined;
  /** How long what a group gave is shown again, by its name; absent or 0 asks with every scrape. */
  readonly intervalsMs?: ReadonlyMap<string, number>;
}

/** A scrape under way. Its promises never reject. */
export interface Scrape {
  /** How each collector fares, settled as it ends, in the order of the collectors. */
  readonly each: readonly Promise<CollectorResult>[];
  /** How all of them fared. */
  readonly all: Promise<readonly CollectorResult[]>;
}

/** One controller, ready to be scraped. */
export interface Scraper {
  /**
   * Every collector whose name `isWanted`, at once and each on its own, within `timeoutMs`. Scrapes that want the same
   * and come while one runs share it.
   */
  scrape(timeoutMs: number, isWanted?: (collector: string) => boolean): Scrape;
  /** What the controller last said of its federation. */
  federation(): FederationSnapshot | undefined;
  /** How each collector fared last, without its samples: they would stay in memory for every target. */
  lastResults(): readonly CollectorResult[];
  /** When the last scrape ended, in milliseconds since the epoch. */
  lastScrapeMs(): number | undefined;
}

/** A scraper of one controller. Nothing is sent before the first scrape. */
export function createScraper(parts: ScraperDeps): Scraper {
  const { session, target, clock, limits, roster, intervalsMs } = parts;
  const cache = new Map<string, CachedFamilies>();
  const running = new Map<string, Scrape>();
  let sight: FederationSnapshot | undefined;
  const last = new Map<string, CollectorResult>();
  let lastMs: number | undefined;

  const contextOf = (signal: AbortSignal): CollectContext => ({
    session,
    target,
    limits,
    roster,
    signal,
    onFederation: (reply) => {
      sight = { reply, atMs: clock.now() };
    },
  });

  const run = async (collector: Collector, signal: AbortSignal): Promise<CollectorResult> => {
    const { name } = collector;
    const start = clock.now();
    const finish = () => ({ collector: name, durationSeconds: (clock.now() - start) / 1000 });
    const intervalMs = intervalsMs?.get(name) ?? 0;
    const before = cache.get(name);
    if (before !== undefined && isFresh(before, intervalMs, start)) {
      return { ...finish(), families: before.families, noDataReason: "kept", lastSuccessMs: before.atMs };
    }
    try {
      const given = await withDeadline(`collector ${name}`, signal, collector.collect(contextOf(signal)));
      const families = given ?? [];
      const atMs = clock.now();
      cache.set(name, { families: intervalMs === 0 ? [] : families, atMs });
      return { ...finish(), families, ...(given === undefined && { noDataReason: "absent" }), lastSuccessMs: atMs };
    } catch (error) {
      const families =
        before !== undefined && isUsableAfterFailure(before, intervalMs, clock.now()) ? before.families : [];
      return { ...finish(), families, error, ...(before === undefined ? {} : { lastSuccessMs: before.atMs }) };
    }
  };

  const start = (chosen: readonly Collector[], timeoutMs: number): Scrape => {
    const deadline = new AbortController();
    const waiting = new AbortController();
    void clock.sleep(timeoutMs, waiting.signal).then(
      () => {
        deadline.abort();
      },
      () => undefined,
    );
    const each = chosen.map((collector) => run(collector, deadline.signal));
    const finish = async (): Promise<readonly CollectorResult[]> => {
      const results = await Promise.all(each);
      waiting.abort();
      for (const result of results) last.set(result.collector, { ...result, families: [] });
      lastMs = clock.now();
      return results;
    };
    return { each, all: finish() };
  };

  return {
    scrape(timeoutMs, isWanted = () => true) {
      const chosen = parts.collectors.filter(({ name }) => isWanted(name));
      const key = chosen.map(({ name }) => name).join(",");
      const underWay = running.get(key);
      if (underWay !== undefined) return underWay;
      const scrape = start(chosen, timeoutMs);
      running.set(key, scrape);
      void scrape.all.then(() => running.delete(key));
      return scrape;
    },
    federation: () => sight,
    lastResults: () => [...last.values()],
    lastScrapeMs: () => lastMs,
  };
}
