import type { Clock, FederationResponse, Api } from "@fedjoin/provider/internal/neuvector";
import type { CollectContext, Collector, Limits } from "../collectors/collector";
import { createMemberHistory, type MemberHistory, type MemberRecord } from "../collectors/memberHistory";
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
  /** What is known of the members in it. */
  readonly members: readonly MemberRecord[];
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
  /** The history of its members; by default one that begins with the scraper. */
  readonly history?: MemberHistory;
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
   * and come while one runs share it, each up to its own deadline.
   */
  scrape(timeoutMs: number, isWanted?: (collector: string) => boolean): Scrape;
  /** What the controller last said of its federation. */
  federation(): FederationSnapshot | undefined;
  /** How each collector fared last, without its samples: they would stay in memory for every target. */
  lastResults(): readonly CollectorResult[];
  /** When the last scrape ended, in milliseconds since the epoch. */
  lastScrapeMs(): number | undefined;
}

type RunCollector = (collector: Collector, signal: AbortSignal) => Promise<CollectorResult>;

/** A scraper of one controller. Nothing is sent before the first scrape. */
export function createScraper(parts: ScraperDeps): Scraper {
  const { session, target, clock, limits, roster, intervalsMs, history = createMemberHistory() } = parts;
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
    observeFederation: (reply) => {
      const atMs = clock.now();
      const members = history.observe(reply, atMs);
      sight = { reply, members, atMs };
      return members;
    },
  });

  const intervalOf = ({ name, minIntervalMinutes = 0 }: Collector): number =>
    Math.max(intervalsMs?.get(name) ?? 0, minIntervalMinutes * 60_000);

  const finish = ({ name }: Collector, start: number) => ({
    collector: name,
    durationSeconds: (clock.now() - start) / 1000,
  });

  /** What is shown after a failure. */
  const failed = (collector: Collector, start: number, error: unknown): CollectorResult => {
    const before = cache.get(collector.name);
    const intervalMs = intervalOf(collector);
    const families =
      before !== undefined && isUsableAfterFailure(before, intervalMs, clock.now()) ? before.families : [];
    return { ...finish(collector, start), families, error, ...(before && { lastSuccessMs: before.atMs }) };
  };

  const run: RunCollector = async (collector, signal) => {
    const { name } = collector;
    const start = clock.now();
    const intervalMs = intervalOf(collector);
    const before = cache.get(name);
    if (before !== undefined && isFresh(before, intervalMs, start)) {
      return {
        ...finish(collector, start),
        families: before.families,
        noDataReason: "kept",
        lastSuccessMs: before.atMs,
      };
    }
    try {
      const given = await withDeadline(`collector ${name}`, signal, collector.collect(contextOf(signal)));
      const families = given ?? [];
      const atMs = clock.now();
      cache.set(name, { families: intervalMs === 0 ? [] : families, atMs });
      return {
        ...finish(collector, start),
        families,
        ...(given === undefined && { noDataReason: "absent" }),
        lastSuccessMs: atMs,
      };
    } catch (error) {
      return failed(collector, start, error);
    }
  };

  /** Waits for the results of a scrape under way. */
  const share =
    ({ each }: Scrape, chosen: readonly Collector[]): RunCollector =>
    async (collector, signal) => {
      const start = clock.now();
      const result = each[chosen.indexOf(collector)];
      try {
        return await withDeadline(`collector ${collector.name}`, signal, result ?? run(collector, signal));
      } catch (error) {
        return failed(collector, start, error);
      }
    };

  const start = (chosen: readonly Collector[], timeoutMs: number, runCollector: RunCollector): Scrape => {
    const deadline = new AbortController();
    const waiting = new AbortController();
    void clock.sleep(timeoutMs, waiting.signal).then(
      () => {
        deadline.abort();
      },
      () => undefined,
    );
    const each = chosen.map((collector) => runCollector(collector, deadline.signal));
    const all = async (): Promise<readonly CollectorResult[]> => {
      const results = await Promise.all(each);
      waiting.abort();
      for (const result of results) last.set(result.collector, { ...result, families: [] });
      lastMs = clock.now();
      return results;
    };
    return { each, all: all() };
  };

  return {
    scrape(timeoutMs, isWanted = () => true) {
      const chosen = parts.collectors.filter(({ name }) => isWanted(name));
      const key = chosen.map(({ name }) => name).join(",");
      const underWay = running.get(key);
      if (underWay !== undefined) return start(chosen, timeoutMs, share(underWay, chosen));
      const scrape = start(chosen, timeoutMs, run);
      running.set(key, scrape);
      void scrape.all.then(() => running.delete(key));
      return scrape;
    },
    federation: () => sight,
    lastResults: () => [...last.values()],
    lastScrapeMs: () => lastMs,
  };
}
