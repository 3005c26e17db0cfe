import { isCancelled, type Ports } from "@fedjoin/provider/internal/neuvector";
import type { PushConfig } from "../settings/pushConfig";
import { createPushLog } from "./pushLog";
import type { PushRecord } from "./pushMetrics";
import { afterFailure, type NextRequest } from "./schedule";
import { sendRequest } from "./sendRequest";

export interface PushDeps {
  readonly config: PushConfig;
  readonly ports: Ports;
  /** Scrapes, and yields the samples as compressed requests. */
  readonly collect: () => Promise<readonly Buffer[]>;
  readonly record: PushRecord;
}

/** Pushes at once and then at each interval, until `signal` aborts. Failures are logged, counted and retried. */
export async function runPush(deps: PushDeps, signal: AbortSignal): Promise<void> {
  const { clock, log } = deps.ports;
  const pusher = createPusher(deps, signal);
  let waitMs = 0;
  while (!signal.aborted) {
    try {
      await clock.sleep(waitMs, signal);
      waitMs = await pusher.push();
    } catch (error) {
      if (isCancelled(error)) return;
      log("error", `A push failed unexpectedly: ${error instanceof Error ? error.name : "no error object"}`);
      waitMs = deps.config.intervalMs;
    }
  }
}

function createPusher({ config, ports, collect, record }: PushDeps, signal: AbortSignal) {
  const { clock, random, transport } = ports;
  const log = createPushLog(ports.log, config);
  let failures = 0;

  /** Never more than the interval, even if a clock that was set back puts the start in the future. */
  const untilDueMs = (beganMs: number): number =>
    Math.min(Math.max(beganMs + config.intervalMs - clock.now(), 0), config.intervalMs);

  /** Retries a request until it succeeds or fresh samples are due. Returns when they are, if it failed. */
  const deliver = async (body: Buffer, beganMs: number): Promise<NextRequest | undefined> => {
    for (;;) {
      const outcome = await sendRequest(config, body, { transport, nowMs: () => clock.now(), signal });
      log.note(outcome);
      if (outcome.is === "accepted") {
        record.countRequest("success");
        record.countRejected(outcome.rejectedSamples);
        failures = 0;
        return undefined;
      }
      record.countRequest(outcome.kind);
      failures++;
      const next = afterFailure({ failure: outcome, failures, untilDueMs: untilDueMs(beganMs), random });
      if (next.samples === "fresh") return next;
      await clock.sleep(next.waitMs, signal);
    }
  };

  return {
    /** Pushes current samples, and returns the milliseconds until the next push. */
    async push(): Promise<number> {
      const beganMs = clock.now();
      const bodies = await collect();
      record.begin(bodies.reduce((sum, { length }) => sum + length, 0));
      for (const body of bodies) {
        const next = await deliver(body, beganMs);
        if (next !== undefined) return next.waitMs;
      }
      record.succeed(clock.now());
      return untilDueMs(beganMs);
    },
  };
}
