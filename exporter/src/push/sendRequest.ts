import { NeuVectorError, parseJson, type ErrorKind, type Transport } from "@fedjoin/provider/internal/neuvector";
import * as z from "zod";
import type { PushConfig } from "../settings/pushConfig";

/** The outcome of a request. */
export type RequestOutcome =
  /** With the number of samples that the receiver rejected. */
  { readonly is: "accepted"; readonly rejectedSamples: number } | RequestFailure;

export interface RequestFailure {
  readonly is: "failed";
  readonly kind: ErrorKind;
  /** The failure in words, without a secret. */
  readonly summary: string;
  readonly error?: NeuVectorError;
  /** Whether the same request may succeed later (https://opentelemetry.io/docs/specs/otlp/#failures-1). */
  readonly isRetryable: boolean;
  /** How long the receiver asks to wait. */
  readonly retryAfterMs: number;
}

const timeoutMs = 20_000;
const maxAnswerBytes = 64 * 1024;

/** Sends a compressed request of OTLP/JSON. @throws NeuVectorError cancelled when `signal` aborts. */
export async function sendRequest(
  { target, path, authorization }: PushConfig,
  body: Buffer,
  { transport, nowMs, signal }: { transport: Transport; nowMs: () => number; signal: AbortSignal },
): Promise<RequestOutcome> {
  try {
    const {
      status,
      headers,
      body: answer,
    } = await transport.send({
      method: "POST",
      target,
      path: path.reveal(),
      headers: {
        "Content-Type": "application/json",
        "Content-Encoding": "gzip",
        ...(authorization && { Authorization: authorization.reveal() }),
      },
      body,
      timeoutMs,
      maxBytes: maxAnswerBytes,
      signal,
    });
    const isSuccess = status >= 200 && status < 300;
    const isPage = /^text\/html\b/i.test(headers["content-type"] ?? "");
    if (isSuccess && !isPage) return { is: "accepted", rejectedSamples: rejectedIn(answer) };
    return {
      is: "failed",
      kind: isSuccess ? "unexpected_reply" : kindOf(status),
      summary: `the receiver answered ${status}${isPage ? " with a web page" : ""}`,
      isRetryable: retryableStatuses.includes(status),
      retryAfterMs: retryAfterMs(headers["retry-after"], nowMs()),
    };
  } catch (error) {
    if (!(error instanceof NeuVectorError) || error.kind === "cancelled") throw error;
    const { kind, summary } = error;
    return { is: "failed", kind, summary, error, isRetryable: retryableKinds.includes(kind), retryAfterMs: 0 };
  }
}

const retryableStatuses = [429, 502, 503, 504];
const retryableKinds: readonly ErrorKind[] = ["network", "timeout"];

const kinds = new Map<number, ErrorKind>([
  [400, "invalid_request"],
  [401, "unauthorized"],
  [403, "forbidden"],
  [404, "not_found"],
  [429, "rate_limited"],
]);

function kindOf(status: number): ErrorKind {
  if (status >= 500) return "server_error";
  return kinds.get(status) ?? (status >= 300 && status < 400 ? "redirected" : "unexpected_status");
}

const partialSuccess = z.object({ partialSuccess: z.object({ rejectedDataPoints: z.coerce.number().int().min(0) }) });

/** The receiver takes a part of the samples, and answers 200. */
function rejectedIn(answer: string): number {
  return partialSuccess.safeParse(parseJson(answer)).data?.partialSuccess.rejectedDataPoints ?? 0;
}

const longestWaitMs = 60 * 60_000;

/** Milliseconds from the header Retry-After, which holds seconds or a date; at most an hour. */
export function retryAfterMs(header: string | undefined, nowMs: number): number {
  if (header === undefined) return 0;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : header.endsWith(" GMT") ? Date.parse(header) - nowMs : 0;
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), longestWaitMs);
}
