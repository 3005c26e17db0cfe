import { NeuVectorError, type Ports } from "@fedjoin/provider/internal/neuvector";
import { Secret } from "@fedjoin/provider/internal/values";
import { createVirtualClock } from "@fedjoin/simulator";
import { describe, expect, test } from "vitest";
import { createPushRecord } from "../../../../exporter/src/push/pushMetrics";
import { runPush } from "../../../../exporter/src/push/runPush";
import { virtualClock } from "../../../support/virtualPorts";

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}
type Outcome = Answer | NeuVectorError;

const accepted: Outcome = { status: 200 };
const config = {
  target: { protocol: "https", server: "metrics.example.com", port: 443, tls: {} },
  path: new Secret("/v1/metrics?token=canary-query"),
  authorization: new Secret("Bearer canary-token"),
  intervalMs: 60_000,
  attributes: new Map(),
} as const;

/** A push on virtual time to a receiver that answers with `outcomes`, and then accepts. */
function start(
  outcomes: readonly Outcome[],
  bodies: readonly string[] = ["all"],
  { failsToCollect = 0, setsBackMs = 0 } = {},
) {
  const clock = createVirtualClock(0);
  const sent: string[] = [];
  const lines: string[] = [];
  const rest = [...outcomes];
  let scrapes = 0;
  const ports: Ports = {
    clock: { ...virtualClock(clock), now: () => clock.now() - setBackMs },
    random: { below: () => 0 },
    log: (level, message) => void lines.push(`${level} ${message}`),
    transport: {
      send: ({ body = "" }) => {
        sent.push(`${clock.now() / 1000} s: ${body.toString()}`);
        const outcome = rest.shift() ?? accepted;
        if (outcome instanceof Error) return Promise.reject(outcome);
        return Promise.resolve({ headers: {}, body: "", ...outcome });
      },
    },
  };
  const record = createPushRecord();
  const stop = new AbortController();
  let setBackMs = 0;
  const collect = () => {
    scrapes++;
    setBackMs = setsBackMs;
    if (scrapes <= failsToCollect) return Promise.reject(new TypeError("canary"));
    return Promise.resolve(bodies.map((body) => Buffer.from(`${body} ${scrapes}`)));
  };
  const done = runPush({ config, ports, collect, record }, stop.signal);
  const valuesOf = (name: string) =>
    record
      .families()
      .filter(({ metric }) => metric.name === name)
      .flatMap(({ samples }) => [...samples].map(({ labels, value }) => [labels["result"] ?? "", value]));
  return {
    sent,
    lines,
    valuesOf,
    advance: (seconds: number) => clock.advance(seconds * 1000),
    stop: async () => {
      stop.abort();
      await clock.advanceUntil(done);
    },
  };
}

const results = "nv_exporter_push_requests_total";
const lastSuccess = "nv_exporter_push_last_success_timestamp_seconds";

describe("a push", () => {
  test("comes at the start and then once in each interval, each with a scrape of its own", async () => {
    const { sent, valuesOf, advance, stop } = start([]);
    await advance(130);
    await stop();
    expect(sent).toEqual(["0 s: all 1", "60 s: all 2", "120 s: all 3"]);
    expect([valuesOf(results), valuesOf(lastSuccess)]).toEqual([[["success", 3]], [["", 120]]]);
    expect(valuesOf("nv_exporter_push_size_bytes")).toEqual([["", 5]]);
  });

  test("is not put off by a clock that is set back meanwhile", async () => {
    const { sent, advance, stop } = start([accepted], ["all"], { setsBackMs: 3_600_000 });
    await advance(130);
    await stop();
    expect(sent.map((line) => line.replace(/^-?\d+ s: /, ""))).toEqual(["all 1", "all 2", "all 3"]);
  });

  test("is sent again with the same samples after 429, 503 and silence, later where the receiver says so", async () => {
    const { sent, lines, valuesOf, advance, stop } = start([
      { status: 503 },
      { status: 429, headers: { "retry-after": "20" } },
      new NeuVectorError("network", "POST https://metrics.example.com:443/v1/metrics: ECONNREFUSED"),
    ]);
    await advance(59);
    await stop();
    expect(sent).toEqual(["0 s: all 1", "2.5 s: all 1", "22.5 s: all 1", "32.5 s: all 1"]);
    expect(valuesOf(results)).toEqual([
      ["success", 1],
      ["server_error", 1],
      ["rate_limited", 1],
      ["network", 1],
    ]);
    expect(lines).toEqual([
      "warn The push to metrics.example.com:443 failed: the receiver answered 503",
      "warn The push to metrics.example.com:443 failed: the receiver answered 429",
      "warn The push to metrics.example.com:443 failed: POST https://metrics.example.com:443/v1/metrics: ECONNREFUSED",
      "info The push to metrics.example.com:443 works",
    ]);
  });

  test.each([400, 401, 403, 404, 413, 500, 302])("that gets %d is not sent again; the next one is", async (status) => {
    const { sent, lines, valuesOf, advance, stop } = start([{ status }, { status }]);
    await advance(119);
    expect(valuesOf(lastSuccess)).toEqual([]);
    await advance(2);
    await stop();
    expect(sent).toEqual(["0 s: all 1", "60 s: all 2", "120 s: all 3"]);
    // Once, not with every request.
    expect(lines).toHaveLength(2);
  });

  test("that a sign-in page answers with 200 has failed", async () => {
    const page = { status: 200, headers: { "content-type": "Text/HTML; charset=utf-8" }, body: "<html>canary" };
    const { sent, lines, valuesOf, advance, stop } = start([page]);
    await advance(59);
    expect([valuesOf(results), valuesOf(lastSuccess)]).toEqual([
      [
        ["success", 0],
        ["unexpected_reply", 1],
      ],
      [],
    ]);
    await advance(2);
    await stop();
    expect(sent).toEqual(["0 s: all 1", "60 s: all 2"]);
    expect(lines).toEqual([
      "warn The push to metrics.example.com:443 failed: the receiver answered 200 with a web page",
      "info The push to metrics.example.com:443 works",
    ]);
  });

  test("gives fresh samples after a long outage, and slows down", async () => {
    const down = Array.from({ length: 12 }, (): Outcome => ({ status: 503 }));
    const { sent, advance, stop } = start(down);
    await advance(600);
    await stop();
    expect(sent.slice(0, 8)).toEqual([
      ...["0 s: all 1", "2.5 s: all 1", "7.5 s: all 1", "17.5 s: all 1", "37.5 s: all 1"],
      ...["77.5 s: all 2", "157.5 s: all 3", "307.5 s: all 4"],
    ]);
  });

  test("resumes at the request that failed", async () => {
    const { sent, valuesOf, advance, stop } = start([accepted, { status: 503 }], ["a", "b", "c"]);
    await advance(10);
    await stop();
    expect(sent).toEqual(["0 s: a 1", "0 s: b 1", "2.5 s: b 1", "2.5 s: c 1"]);
    expect(valuesOf(lastSuccess)).toEqual([["", 2.5]]);
  });

  test("counts the samples that a receiver rejects, and logs them once", async () => {
    const partial = { status: 200, body: '{"partialSuccess":{"rejectedDataPoints":"3","errorMessage":"x"}}' };
    const { lines, valuesOf, advance, stop } = start([partial, partial]);
    await advance(61);
    await stop();
    expect(valuesOf("nv_exporter_push_rejected_samples_total")).toEqual([["", 6]]);
    expect(lines.filter((line) => line.startsWith("warn"))).toEqual([
      "warn The receiver metrics.example.com:443 rejected 3 samples of a push",
    ]);
  });

  test("goes on after samples that could not be collected", async () => {
    const { sent, lines, advance, stop } = start([], ["all"], { failsToCollect: 1 });
    await advance(61);
    await stop();
    expect(sent).toEqual(["60 s: all 2"]);
    expect(lines).toEqual([
      "error A push failed unexpectedly: TypeError",
      "info The push to metrics.example.com:443 works",
    ]);
  });

  test("stops while it waits, and never shows a secret", async () => {
    const { lines, stop } = start([{ status: 503 }]);
    await stop();
    expect(lines.join("\n")).not.toContain("canary");
  });
});
