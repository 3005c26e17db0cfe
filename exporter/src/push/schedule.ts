import type { Ports } from "@fedjoin/provider/internal/neuvector";
import { applyJitter, backoffSeconds } from "@fedjoin/provider/internal/federation";
import type { RequestFailure } from "./sendRequest";

/** When the next request is sent, and what it holds. */
export interface NextRequest {
  /** Milliseconds from now. */
  readonly waitMs: number;
  /** `same`: the samples that failed. `fresh`: those of a new scrape. */
  readonly samples: "same" | "fresh";
}

export interface FailedRequest {
  readonly failure: Pick<RequestFailure, "isRetryable" | "retryAfterMs">;
  /** Failures in a row, this one included. */
  readonly failures: number;
  /** Until the next push is due. */
  readonly untilDueMs: number;
  readonly random: Ports["random"];
}

const backoff = { maxRetries: Infinity, initialDelaySeconds: 5, maxDelaySeconds: 300, jitter: "equal" } as const;

/**
 * What follows a failed request. It is sent again after a delay that doubles each time, or longer if the receiver asks
 * for it, unless fresh samples are due by then: a receiver that is back is not flooded with old ones.
 */
export function afterFailure({ failure, failures, untilDueMs, random }: FailedRequest): NextRequest {
  if (!failure.isRetryable) return { waitMs: untilDueMs, samples: "fresh" };
  const own = applyJitter(backoffSeconds(backoff, failures - 1), backoff.jitter, random) * 1000;
  const waitMs = Math.max(own, failure.retryAfterMs);
  return { waitMs, samples: waitMs < untilDueMs ? "same" : "fresh" };
}
