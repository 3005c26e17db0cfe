import { conditionTypes } from "@fedjoin/provider/internal/federation";
import type { MemberRecord } from "./memberHistory";
import { counter, gauge, optionalSample, type SampleFamily } from "./metric";

const endpoint = "GET /v1/fed/member";
const seen = `${endpoint}, as scrapes found it`;

const memberCondition = gauge("nv_fed_member_condition", {
  help: `1 while the condition of a member holds, 0 while not, absent while unknown: ${conditionTypes.join(", ")}`,
  labels: ["member", "condition", "target"],
  unit: "1",
  source: `${endpoint}, field joint_clusters.status`,
  series: `members × ${conditionTypes.length} conditions`,
});

const memberLastSynced = gauge("nv_fed_member_last_synced_timestamp_seconds", {
  help: "When a scrape last found the member with the current rules of its master; absent before the first time",
  labels: ["member", "target"],
  unit: "seconds",
  source: seen,
  series: "members",
});

const memberStatusChanges = counter("nv_fed_member_status_changes_total", {
  help: "Scrapes that found the member with another status than before; begins again with a new membership",
  labels: ["member", "target"],
  unit: "1",
  source: seen,
  series: "members",
});

export const memberHistoryMetrics = [memberCondition, memberLastSynced, memberStatusChanges];

/** Converts what is known of a master's members to samples. */
export function memberHistoryFamilies(records: readonly MemberRecord[], target: string): SampleFamily[] {
  return [
    {
      metric: memberCondition,
      samples: records.flatMap(({ name, conditions }) =>
        conditionTypes.flatMap((condition) => {
          const { status } = conditions[condition];
          const labels = { member: name, condition, target };
          return status === "Unknown" ? [] : [{ labels, value: Number(status === "True") }];
        }),
      ),
    },
    {
      metric: memberLastSynced,
      samples: records.flatMap(({ name, lastSyncedMs }) =>
        optionalSample({ member: name, target }, lastSyncedMs && lastSyncedMs / 1000),
      ),
    },
    {
      metric: memberStatusChanges,
      samples: records.map(({ name, changes }) => ({ labels: { member: name, target }, value: changes })),
    },
  ];
}
