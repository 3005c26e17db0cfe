import type { ExpositionFamily } from "../scrape/exposition";

/** A data point of a histogram in OTLP/JSON, without its times. 64-bit numbers are texts there. */
export interface HistogramPoint {
  readonly attributes: readonly object[];
  readonly count: string;
  readonly sum: number;
  readonly explicitBounds: readonly number[];
  readonly bucketCounts: readonly string[];
}

interface Histogram {
  readonly labels: readonly (readonly [string, string])[];
  readonly buckets: { readonly bound: number; readonly cumulative: number }[];
  sum: number;
  count: number;
}

/** An attribute in OTLP/JSON. */
export const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });

/** The histograms of a family, whose samples are Prometheus's `_bucket`, `_sum` and `_count`. */
export function histogramPoints({ labelNames, samples }: ExpositionFamily): HistogramPoint[] {
  const histograms = new Map<string, Histogram>();
  for (const { suffix, labels, value } of samples) {
    const own = labelNames.flatMap((name) => {
      const text = labels[name] ?? "";
      return name === "le" || text === "" ? [] : [[name, `${text}`] as const];
    });
    const key = JSON.stringify(own);
    const histogram = histograms.get(key) ?? { labels: own, buckets: [], sum: 0, count: 0 };
    histograms.set(key, histogram);
    if (suffix === "_sum") histogram.sum = value;
    else if (suffix === "_count") histogram.count = value;
    else histogram.buckets.push({ bound: boundOf(labels["le"]), cumulative: value });
  }
  return [...histograms.values()].map(toPoint);
}

const boundOf = (le: string | number | undefined): number => (le === "+Inf" ? Infinity : Number(le));

function toPoint({ labels, buckets, sum, count }: Histogram): HistogramPoint {
  const bounded = buckets.filter(({ bound }) => bound !== Infinity).sort((a, b) => a.bound - b.bound);
  const cumulative = [...bounded.map((bucket) => bucket.cumulative), count];
  return {
    attributes: labels.map(([name, value]) => attribute(name, value)),
    count: `${count}`,
    sum,
    explicitBounds: bounded.map(({ bound }) => bound),
    bucketCounts: cumulative.map((each, index) => `${each - (cumulative[index - 1] ?? 0)}`),
  };
}
