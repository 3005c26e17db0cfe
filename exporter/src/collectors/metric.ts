import type { ErrorKind } from "@fedjoin/provider/internal/neuvector";

/** The declaration of a metric, from which its exposition and documentation are generated. */
export interface Metric {
  readonly name: string;
  readonly type: "gauge" | "counter";
  /** HELP: a sentence, followed by the source. */
  readonly help: string;
  readonly labels: readonly string[];
  /** Such as `bytes`, `seconds`, `ratio` (0 to 1) or, for counts and states, `1`. Only old metrics use `milliseconds`. */
  readonly unit: string;
  /** The source of the value: endpoint and field, or `exporter`. */
  readonly source: string;
  /** What the number of series grows with, such as `1`, `hosts` or `images × 3`. */
  readonly series: string;
  /** `old`: a name of the Python exporter, kept unchanged. */
  readonly names: "old" | "new";
}

/** The declaration without name and type. */
export interface MetricFacts {
  /** A sentence without a full stop. */
  readonly help: string;
  readonly labels: readonly string[];
  readonly unit: string;
  readonly source: string;
  readonly series: string;
}

const declare =
  (type: Metric["type"], names: Metric["names"]) =>
  (name: string, { help, ...facts }: MetricFacts): Metric => ({
    name,
    type,
    names,
    help: `${help} (${facts.source}).`,
    ...facts,
  });

export const gauge = declare("gauge", "new");

/** Declares a counter, whose name ends with `_total`. */
export const counter = declare("counter", "new");

/** Declares a gauge of the Python exporter. */
export const oldGauge = declare("gauge", "old");

export interface Sample {
  /** Values by label name; a missing label is empty. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The samples of one metric in one scrape. */
export interface SampleFamily {
  readonly metric: Metric;
  readonly samples: Iterable<Sample>;
  /** The number of samples omitted by a limit. */
  readonly dropped?: number;
  /** One error kind for each object without samples. */
  readonly skipped?: readonly ErrorKind[];
}

/** Samples that are generated on each iteration, so that a hundred thousand are never in memory at once. */
export function lazySamples(make: () => Iterator<Sample>): Iterable<Sample> {
  return { [Symbol.iterator]: make };
}

/** One sample per value: 1 for `actual`, 0 for the others. */
export function stateSamples(
  label: string,
  values: readonly string[],
  actual: string,
  labels: Readonly<Record<string, string>>,
): Sample[] {
  return values.map((value) => ({ labels: { ...labels, [label]: value }, value: value === actual ? 1 : 0 }));
}

/** One sample, or none if the value is unknown. */
export function optionalSample(labels: Sample["labels"], value: number | undefined): Sample[] {
  return value === undefined ? [] : [{ labels, value }];
}

/** A controller's time in seconds since the epoch; `undefined` if missing, invalid or Go's zero time. */
export function unixSeconds(time: string): number | undefined {
  const seconds = Date.parse(time) / 1000;
  return seconds > 0 ? seconds : undefined;
}
