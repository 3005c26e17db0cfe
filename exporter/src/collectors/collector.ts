import type { FederationResponse, Session } from "@fedjoin/provider";
import type { Metric, SampleFamily } from "./metric";

/** How much of what grows without bound is shown. */
export interface Limits {
  /** The largest conversations, so many samples at most. */
  readonly conversations: number;
  /** The newest events of each log. */
  readonly events: number;
}

export interface CollectContext {
  readonly session: Session;
  /** The label `target`: the host part of the controller's address, or the configured name of a probe's target. */
  readonly target: string;
  readonly limits: Limits;
  /** The names or store ids of the members that should be there, when a roster is configured. */
  readonly roster: readonly string[] | undefined;
  /** Aborts at the scrape's deadline. */
  readonly signal: AbortSignal;
  /** Told what the controller says of its federation, for the landing page. */
  readonly onFederation: (reply: FederationResponse) => void;
}

/** A group of metrics that come from the same replies. */
export interface Collector {
  readonly name: string;
  readonly help: string;
  /** The setting that must be on for this group; without one it is on by default. */
  readonly needs?: string;
  readonly metrics: readonly Metric[];
  /**
   * `undefined` where the controller answers that it has nothing of this.
   * @throws NeuVectorError of the call that failed; the other collectors go on.
   */
  collect(context: CollectContext): Promise<readonly SampleFamily[] | undefined>;
}
