import { choice, mapping, seconds, wholeNumber } from "./primitives";

/** How often and how fast to try again. */
export interface RetryPolicy {
  /** Retries after the first attempt. */
  readonly maxRetries: number;
  readonly initialDelaySeconds: number;
  readonly maxDelaySeconds: number;
  /** `equal` keeps half of the delay and draws the rest at random, `full` draws all of it. */
  readonly jitter: "none" | "equal" | "full";
}

/** 10, 20, 40, 80, 160, 300, 300 … seconds, at most 10 retries (R8). */
export const defaultRetryPolicy: RetryPolicy = {
  maxRetries: 10,
  initialDelaySeconds: 10,
  maxDelaySeconds: 300,
  jitter: "none",
};

/** The parts of a retry policy. */
export const retryParts = {
  maxRetries: wholeNumber(0, 1000),
  initialDelaySeconds: seconds,
  maxDelaySeconds: seconds,
  jitter: choice("none", "equal", "full"),
};

/** A retry policy in which every part may be missing. */
export const partialRetryPolicy = mapping({
  maxRetries: retryParts.maxRetries.exactOptional().describe("retries after the first attempt; default 10"),
  initialDelaySeconds: retryParts.initialDelaySeconds
    .exactOptional()
    .describe("delay before the first retry, doubled before each further one; default 10"),
  maxDelaySeconds: retryParts.maxDelaySeconds.exactOptional().describe("the longest delay; default 300"),
  jitter: retryParts.jitter
    .exactOptional()
    .describe("randomizes delays, so that many sites do not retry at once; default none"),
});

/** A retry policy, completed with the defaults. */
export const retryPolicy = partialRetryPolicy.transform((given): RetryPolicy => ({ ...defaultRetryPolicy, ...given }));
