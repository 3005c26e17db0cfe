import { counter, gauge, type SampleFamily } from "../collectors/metric";
import { configuredAccesses } from "./resolveTarget";
import type { RequestCount, RequestCounts } from "./requestCounts";
import type { ReloadState } from "./reload";
import type { Targets } from "./targets";
import { formatAddress } from "@fedjoin/provider/internal/values";

const source = "exporter";

const requests = counter("nv_exporter_controller_requests_total", {
  help: "Requests for scrapes; result is success or a kind of error",
  labels: ["controller", "result"],
  unit: "1",
  source,
  series: "controllers × results",
});

const logins = counter("nv_exporter_logins_total", {
  help: "Logins for scrapes; result is success or a kind of error",
  labels: ["controller", "result"],
  unit: "1",
  source,
  series: "controllers × results",
});

const perTarget = { labels: ["target", "module"], source, series: "targets × modules" };

const hold = gauge("nv_exporter_login_hold", {
  help: "1 while nobody logs in after a refused login or a locked account",
  unit: "1",
  ...perTarget,
});

const holdEnd = gauge("nv_exporter_login_hold_end_timestamp_seconds", {
  help: "When the next login is tried; absent without a hold, and for one that only another credential or a restart ends",
  unit: "seconds",
  ...perTarget,
});

const reloadSuccessful = gauge("nv_exporter_config_last_reload_successful", {
  help: "1 when the configuration was valid when last read",
  labels: [],
  unit: "1",
  source,
  series: "1",
});

const reloadTimestamp = gauge("nv_exporter_config_last_reload_success_timestamp_seconds", {
  help: "When a valid configuration was last read",
  labels: [],
  unit: "seconds",
  source,
  series: "1",
});

/** Metrics about targets, logins and reloads. */
export const targetMetrics = [requests, logins, hold, holdEnd, reloadSuccessful, reloadTimestamp];

export interface TargetMetricsDeps {
  readonly targets: Targets;
  readonly counts: RequestCounts;
  readonly reload: ReloadState;
}

export function targetFamilies({ targets, counts, reload }: TargetMetricsDeps): SampleFamily[] {
  counts.keepOnly(new Set(configuredAccesses(targets.config()).map(({ address }) => formatAddress(address))));
  const live = targets.live().map(({ name, plan, hold: heldBy }) => ({
    labels: { target: name, module: plan.module },
    held: heldBy(),
  }));
  const countsOf = (rows: readonly RequestCount[]) =>
    rows.map(({ controller, result, count }) => ({ labels: { controller, result }, value: count }));
  return [
    { metric: requests, samples: countsOf(counts.requests()) },
    { metric: logins, samples: countsOf(counts.logins()) },
    { metric: hold, samples: live.map(({ labels, held }) => ({ labels, value: held === undefined ? 0 : 1 })) },
    {
      metric: holdEnd,
      samples: live.flatMap(({ labels, held }) => (held === undefined ? [] : [{ labels, value: held.untilMs / 1000 }])),
    },
    { metric: reloadSuccessful, samples: [{ labels: {}, value: reload.isGood ? 1 : 0 }] },
    { metric: reloadTimestamp, samples: [{ labels: {}, value: reload.goodAtMs / 1000 }] },
  ];
}
