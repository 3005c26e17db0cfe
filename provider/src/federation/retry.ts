import { NeuVectorError, reactionTo } from "../errors/neuVectorError";
import type { Clock, Random } from "../neuvector/ports";
import type { RetryPolicy } from "../values/retry";

export { defaultRetryPolicy, type RetryPolicy } from "../values/retry";

/** Returns the delay before retry number `retry` (0 is the first): initial · 2^retry seconds, capped. */
export function backoffSeconds(policy: RetryPolicy, retry: number): number {
  return Math.min(policy.initialDelaySeconds * 2 ** retry, policy.maxDelaySeconds);
}

const jitterSteps = 1_000_000;

/** Applies the policy's jitter. The result is never longer than `seconds`. */
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
  /** Called before each delay. */
  readonly onRetry?: ((notice: RetryNotice) => void) | undefined;
}

/**
 * Runs `attempt`, and repeats it after errors whose reaction is `retry`. A delay that the server requests (Retry-After) gets
 * no jitter.
 * @throws The last error: not retryable, no retries left, or not enough time for another attempt.
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
