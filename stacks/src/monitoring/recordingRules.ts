import type { RuleGroups } from "./alertRules";

/** A query whose result Prometheus stores as series. */
export interface RecordingRule {
  /** The name of the series, `level:metric:operation`. */
  readonly record: string;
  /** The query in PromQL. */
  readonly expr: string;
}

const sums = [
  ["severity", "nv_service_vulnerabilities"],
  ["severity", "nv_image_vulnerabilities"],
  ["severity", "nv_host_vulnerabilities"],
  ["policy_mode", "nv_workloads"],
  ["status", "nv_fed_member_current_status"],
] as const;

/**
 * Returns rules for sums over all exporters of a job, few enough to be kept for years.
 *
 * @example
 * ```ts
 * writeFileSync("recording.json", JSON.stringify(recordingRules()));
 * ```
 */
export function recordingRules(): RuleGroups<RecordingRule> {
  const rules = sums.map(([label, metric]) => ({
    record: `job_${label}:${metric}:sum`,
    expr: `sum by (job, ${label}) (${metric})`,
  }));
  return { groups: [{ name: "neuvector-fleet", rules }] };
}
