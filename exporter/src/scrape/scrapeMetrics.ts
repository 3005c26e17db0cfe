import { NeuVectorError } from "@fedjoin/provider/internal/neuvector";
import { countBy } from "../collectors/groupBy";
import { gauge, type Sample, type SampleFamily } from "../collectors/metric";
import type { CollectorResult } from "./scraper";

const source = "exporter";

const up = gauge("nv_up", {
  help: "1 when at least one collector got its data from the controller",
  labels: [],
  unit: "1",
  source,
  series: "1",
});

const perCollector = { labels: ["collector"], source, series: "collectors" };

const success = gauge("nv_scrape_collector_success", {
  help: "1 when the collector got its data, in this scrape or within its interval",
  unit: "1",
  ...perCollector,
});

const duration = gauge("nv_scrape_collector_duration_seconds", {
  help: "How long the collector took in this scrape",
  unit: "seconds",
  ...perCollector,
});

const failure = gauge("nv_scrape_collector_failure", {
  help: "1 for the reason why the collector got no data, a kind of error or `unexpected`; absent after a success",
  unit: "1",
  ...perCollector,
  labels: ["collector", "reason"],
});

const lastSuccess = gauge("nv_scrape_collector_last_success_timestamp_seconds", {
  help: "When the collector last got its data from the controller; absent before the first time",
  unit: "seconds",
  ...perCollector,
});

const dropped = gauge("nv_scrape_dropped_samples", {
  help: "Samples that a limit left out of this scrape; absent while there are none",
  unit: "1",
  ...perCollector,
});

const skipped = gauge("nv_scrape_skipped_objects", {
  help: "Objects of which this scrape shows nothing, by why: not_found and server_error for a registry whose images the controller does not give, unusable_name for one that no path can hold; absent while there are none",
  unit: "1",
  ...perCollector,
  labels: ["collector", "reason"],
  series: "collectors × 3 reasons",
});

const duplicates = gauge("nv_scrape_duplicate_samples", {
  help: "Samples left out of this scrape since their labels were there already; the first one stays",
  labels: [],
  unit: "1",
  source,
  series: "1",
});

const ofExposition = { labels: [], unit: "bytes", source, series: "1" };

const size = gauge("nv_scrape_size_bytes", {
  help: "Size of this exposition before compression, or of this push as JSON",
  ...ofExposition,
});

const sizeLimit = gauge("nv_scrape_size_limit_bytes", {
  help: "The size above which Prometheus refuses the exposition (SCRAPE_SIZE_LIMIT); absent without a limit, and in a push",
  ...ofExposition,
});

/** What every scrape says about itself. */
export const scrapeMetrics = [
  ...[up, success, duration, failure, lastSuccess, dropped, skipped, duplicates],
  ...[size, sizeLimit],
];

/** How the collectors fared, as samples. */
export function scrapeFamilies(results: readonly CollectorResult[]): SampleFamily[] {
  const each = (read: (result: CollectorResult) => number | undefined): Sample[] =>
    results.flatMap((result) => {
      const value = read(result);
      return value === undefined ? [] : [{ labels: { collector: result.collector }, value }];
    });
  return [
    { metric: up, samples: upSamples(results) },
    { metric: success, samples: each(({ error }) => (error === undefined ? 1 : 0)) },
    { metric: duration, samples: each(({ durationSeconds }) => durationSeconds) },
    {
      metric: failure,
      samples: results.flatMap(({ collector, error }) =>
        error === undefined ? [] : [{ labels: { collector, reason: reasonOf(error) }, value: 1 }],
      ),
    },
    {
      metric: lastSuccess,
      samples: each(({ lastSuccessMs }) => (lastSuccessMs === undefined ? undefined : lastSuccessMs / 1000)),
    },
    {
      metric: dropped,
      samples: each(({ families }) => sum(families.map((family) => family.dropped ?? 0)) || undefined),
    },
    { metric: skipped, samples: results.flatMap(skippedSamples) },
  ];
}

/** True where the controller gave data in this scrape. */
export function hasFreshData({ error, noDataReason }: CollectorResult): boolean {
  return error === undefined && noDataReason === undefined;
}

/** A scrape that asked for nothing but what is kept cannot tell. */
function upSamples(results: readonly CollectorResult[]): Sample[] {
  if (results.length > 0 && results.every(({ noDataReason }) => noDataReason === "kept")) return [];
  return [{ labels: {}, value: results.some(hasFreshData) ? 1 : 0 }];
}

function skippedSamples({ collector, families }: CollectorResult): readonly Sample[] {
  const reasons = families.flatMap((family) => family.skipped ?? []);
  return countBy(reasons.toSorted(), (reason) => ({ collector, reason }));
}

/** How many samples were left out, known only when all others are written. */
export function duplicatesFamily(count: number): SampleFamily {
  return { metric: duplicates, samples: [{ labels: {}, value: count }] };
}

/** The size of an exposition, known only at its end, and the limit if there is one. */
export function sizeFamilies(bytes: number, limitBytes: number): SampleFamily[] {
  return [
    { metric: size, samples: [{ labels: {}, value: bytes }] },
    { metric: sizeLimit, samples: limitBytes === 0 ? [] : [{ labels: {}, value: limitBytes }] },
  ];
}

/** Bounded: one of the kinds of errors. */
export function reasonOf(error: unknown): string {
  return error instanceof NeuVectorError ? error.kind : "unexpected";
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
