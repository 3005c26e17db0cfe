import type { FederationResponse, Api } from "@fedjoin/provider/internal/neuvector";
import type { MemberRecord } from "./memberHistory";
import type { Metric, SampleFamily } from "./metric";

/** Limits for data that grows without bound, or with the number of members. */
export interface Limits {
  /** Maximum samples of conversations; the largest are kept. */
  readonly conversations: number;
  /** Maximum events per log; the newest are kept. */
  readonly events: number;
  /** Whether each status that a member could have is a series. */
  readonly statusSets: boolean;
  /** Maximum vulnerabilities with series of their own; those with the highest scores are kept. */
  readonly vulnerabilities: number;
}

export interface CollectContext {
  readonly session: Api;
  /** The label `target`: the host part of the controller's address, or the configured name of a probe's target. */
  readonly target: string;
  readonly limits: Limits;
  /** The names or store ids of the expected members; `undefined` without a roster. */
  readonly roster: readonly string[] | undefined;
  /** Aborts at the scrape's deadline. */
  readonly signal: AbortSignal;
  /** Records the controller's federation, also for the landing page, and returns what is known of its members. */
  readonly observeFederation: (reply: FederationResponse) => readonly MemberRecord[];
}

/** The setting that names collectors which are off by default. */
export const extraCollectors = "EXTRA_COLLECTORS";

/** Collects the metrics that come from the same replies. */
export interface Collector {
  readonly name: string;
  readonly help: string;
  /** The setting that enables the collector; if missing, it is on by default. */
  readonly needs?: string;
  /** Data is reused for at least this long, whatever interval is set, because the requests burden the controller. */
  readonly minIntervalMinutes?: number;
  readonly metrics: readonly Metric[];
  /**
   * Resolves to `undefined` if the controller does not have this data.
   * @throws NeuVectorError of the failed call; other collectors are not affected.
   */
  collect(context: CollectContext): Promise<readonly SampleFamily[] | undefined>;
}
