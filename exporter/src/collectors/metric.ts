import type { ErrorKind } from "@fedjoin/provider";

/** A metric as declared: its exposition and its documentation are made of this. */
export interface Metric {
  readonly name: string;
  readonly type: "gauge" | "counter";
  /** HELP: one sentence, with the source behind it. */
  readonly help: string;
  readonly labels: readonly string[];
  /** Such as `bytes`, `seconds`, `ratio` (0 to 1), or `1` for counts and states. Only old names have `milliseconds`. */
  readonly unit: string;
  /** Where the value comes from: endpoint and field, or `exporter`. */
  readonly source: string;
  /** What the number of series grows with, such as `1`, `hosts` or `images × 3`. */
  readonly series: string;
  /** `old`: a name of the Python exporter, kept as it is. */
  readonly names: "old" | "new";
}

/** What a declaration says besides type and names. */
export interface MetricFacts {
  /** A sentence without its full stop. */
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

/** A name ends with `_total`. */
export const counter = declare("counter", "new");

/** A gauge under the name of the Python exporter. */
export const oldGauge = declare("gauge", "old");

export interface Sample {
  /** By label name; an absent one is an empty one. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The samples of one metric in one scrape. */
export interface SampleFamily {
  readonly metric: Metric;
  readonly samples: Iterable<Sample>;
  /** Samples that a limit left out. */
  readonly dropped?: number;
  /** Why objects have no samples here, one for each. */
  readonly skipped?: readonly ErrorKind[];
}

/** Samples that are made each time somebody goes through them: a hundred thousand need not live at once. */
export function lazySamples(make: () => Iterator<Sample>): Iterable<Sample> {
  return { [Symbol.iterator]: make };
}

/** One sample for each of `values`, 1 for the one that is `actual` and 0 for the others. */
export function stateSamples(
  label: string,
  values: readonly string[],
  actual: string,
  labels: Readonly<Record<string, string>>,
): Sample[] {
  return values.map((value) => ({ labels: { ...labels, [label]: value }, value: value === actual ? 1 : 0 }));
}

/** The sample, or none where the controller does not say the value. */
export function optionalSample(labels: Sample["labels"], value: number | undefined): Sample[] {
  return value === undefined ? [] : [{ labels, value }];
}
