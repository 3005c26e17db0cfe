import type { ErrorKind } from "@fedjoin/provider/internal/neuvector";
import { counter, gauge, optionalSample, type SampleFamily } from "../collectors/metric";

const source = "exporter";
const single = { labels: [], source, series: "1" };

const requests = counter("nv_exporter_push_requests_total", {
  help: "Requests that push metrics, retries included; result is success or a kind of error",
  labels: ["result"],
  unit: "1",
  source,
  series: "results",
});

const lastSuccess = gauge("nv_exporter_push_last_success_timestamp_seconds", {
  help: "When the receiver last accepted a whole push; absent before the first time",
  unit: "seconds",
  ...single,
});

const size = gauge("nv_exporter_push_size_bytes", {
  help: "Size of the last push, compressed; absent before the first one",
  unit: "bytes",
  ...single,
});

const rejected = counter("nv_exporter_push_rejected_samples_total", {
  help: "Samples that the receiver did not take from requests that it accepted",
  unit: "1",
  ...single,
});

/** Metrics about the push. All are absent without EXPORTER_PUSH_URL. */
export const pushMetrics = [requests, lastSuccess, size, rejected];

/** Records what becomes of each push. */
export interface PushRecord {
  countRequest(result: "success" | ErrorKind): void;
  countRejected(samples: number): void;
  /** Records the size of a push that begins, in bytes. */
  begin(bytes: number): void;
  /** The whole push was accepted, at this time in milliseconds since the epoch. */
  succeed(atMs: number): void;
  families(): SampleFamily[];
}

export function createPushRecord(): PushRecord {
  const counts = new Map<string, number>([["success", 0]]);
  let rejectedSamples = 0;
  let sizeBytes: number | undefined;
  let successMs: number | undefined;
  return {
    countRequest(result) {
      counts.set(result, (counts.get(result) ?? 0) + 1);
    },
    countRejected(samples) {
      rejectedSamples += samples;
    },
    begin(bytes) {
      sizeBytes = bytes;
    },
    succeed(atMs) {
      successMs = atMs;
    },
    families: () => [
      { metric: requests, samples: [...counts].map(([result, value]) => ({ labels: { result }, value })) },
      { metric: lastSuccess, samples: optionalSample({}, successMs === undefined ? undefined : successMs / 1000) },
      { metric: size, samples: optionalSample({}, sizeBytes) },
      { metric: rejected, samples: [{ labels: {}, value: rejectedSamples }] },
    ],
  };
}
