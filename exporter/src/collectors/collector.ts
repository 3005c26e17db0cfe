import type { Session } from "@fedjoin/provider";

/** A metric as declared: its exposition and its documentation are made of this. */
export interface Metric {
  readonly name: string;
  readonly type: "gauge" | "counter";
  /** One sentence that names endpoint and field. */
  readonly help: string;
  readonly labels: readonly string[];
}

export const gauge = (name: string, help: string, labels: readonly string[]): Metric => ({
  name,
  type: "gauge",
  help,
  labels,
});

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The samples of one metric in one scrape. */
export interface SampleFamily {
  readonly metric: Metric;
  readonly samples: readonly Sample[];
}

export interface CollectContext {
  readonly session: Session;
  /** The label `target`: the host part of the controller's address. */
  readonly target: string;
  /** Aborts at the scrape's deadline. */
  readonly signal: AbortSignal;
}

/** A group of metrics that come from the same replies. */
export interface Collector {
  readonly name: string;
  readonly help: string;
  readonly metrics: readonly Metric[];
  /** @throws NeuVectorError of the call that failed; the other collectors go on. */
  collect(context: CollectContext): Promise<readonly SampleFamily[]>;
}
