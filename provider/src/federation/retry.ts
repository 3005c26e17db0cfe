import type { Random } from "../neuvector/ports";
import { NeuVectorError, reactionTo } from "../errors/neuVectorError";
import type { Clock } from "../neuvector/ports";
import type { RetryPolicy } from "../values/retry";

export { defaultRetryPolicy, type RetryPolicy } from "../values/retry";

/** Seconds before retry number `retry` (0 is the first): initial · 2^retry, capped. */
export function backoffSeconds(policy: RetryPolicy, retry: number): number {
  return Math.min(policy.initialDelaySeconds * 2 ** retry, policy.maxDelaySeconds);
}

const jitterSteps = 1_000_000;

/** `seconds` with the policy's jitter applied; never longer than `seconds`. */
export function applyJitter(seconds: number, jitter: RetryPolicy["jitter"], random: Random): number {
  if (jitter === "none") return seconds;
  const share = random.below(jitterSteps) / jitterSteps;
  return jitter === "full" ? seconds * share : seconds / 2 + (seconds / 2) * share;
}

export interface RetryNotice {
  /** 1 for the first retry. */
  readonly retry: number;
  readonly maxRetries: number;
  readonly delaySeconds: number;
  readonly error: NeuVectorError;
}

export interface RetryContext {
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly random: Random;
  /** Milliseconds since the epoch after which no further attempt begins. */
  readonly deadlineMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called before each wait. */
  readonly onRetry?: ((notice: RetryNotice) => void) | undefined;
}

/**
 * What `attempt` gives, tried again on errors whose reaction is `retry` and on nothing else.
 * A delay the server asked for (Retry-After) is kept without jitter.
 * @throws The last error: not retryable, retries used up, or the deadline too near for another attempt.
 */
export async function withRetry<T>(context: RetryContext, attempt: () => Promise<T>): Promise<T> {
  const { policy, clock, random, deadlineMs, signal } = context;
  for (let retry = 0; ; retry++) {
    if (signal?.aborted === true) throw new NeuVectorError("cancelled", "stopped before an attempt");
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof NeuVectorError) || reactionTo(error) !== "retry" || retry >= policy.maxRetries)
        throw error;
      const own = applyJitter(backoffSeconds(policy, retry), policy.jitter, random);
      const delaySeconds = Math.max(own, Math.min(error.retryAfterSeconds ?? 0, policy.maxDelaySeconds));
      if (deadlineMs !== undefined && clock.now() + delaySeconds * 1000 >= deadlineMs) throw error;
      context.onRetry?.({ retry: retry + 1, maxRetries: policy.maxRetries, delaySeconds, error });
      await clock.sleep(delaySeconds * 1000, signal);
    }
  }
}
