import { Counter, Gauge, type Registry } from "prom-client";
import { joinStates, type JoinStatus } from "./joinStatus";

/** The metrics of the join. They last as long as the process. */
export interface JoinMetrics {
  update(status: JoinStatus): void;
  countRequest(result: "accepted" | "failed"): void;
  countRejoin(): void;
}

export function createJoinMetrics(registry: Registry): JoinMetrics {
  const registers = [registry];
  const state = new Gauge({
    name: "nv_fed_join_state",
    help: "1 for the state that the join is in, 0 for every other.",
    labelNames: ["state"],
    registers,
  });
  const requests = new Counter({
    name: "nv_fed_join_requests_total",
    help: "Join requests sent, by result.",
    labelNames: ["result"],
    registers,
  });
  const rejoins = new Counter({
    name: "nv_fed_join_rejoins_total",
    help: "Joins begun because the membership was lost (JOIN_MODE=watch).",
    registers,
  });
  const nextRetry = new Gauge({
    name: "nv_fed_join_next_retry_timestamp_seconds",
    help: "When the next attempt of a join begins, or the next rejoin is allowed; absent when none is waited for.",
    registers,
  });
  const lastError = new Gauge({
    name: "nv_fed_join_last_error",
    help: "1 for the kind of the last error of the join, until a success; absent when none.",
    labelNames: ["kind"],
    registers,
  });
  const lastSuccess = new Gauge({
    name: "nv_fed_join_last_success_timestamp_seconds",
    help: "When a join or a look last found the site a member; absent until then.",
    registers,
  });
  requests.inc({ result: "accepted" }, 0);
  requests.inc({ result: "failed" }, 0);
  return {
    update(status) {
      for (const each of joinStates) state.set({ state: each }, each === status.state ? 1 : 0);
      setTime(nextRetry, status.nextRetryAt);
      setTime(lastSuccess, status.lastSuccessAt);
      lastError.reset();
      if (status.lastErrorKind !== undefined) lastError.set({ kind: status.lastErrorKind }, 1);
    },
    countRequest(result) {
      requests.inc({ result });
    },
    countRejoin() {
      rejoins.inc();
    },
  };
}

/** Without a time there is no sample, rather than 1970. */
function setTime(gauge: Gauge, atMs: number | undefined): void {
  if (atMs === undefined) gauge.remove();
  else gauge.set(atMs / 1000);
}
