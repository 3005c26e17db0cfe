import { mapConditions, type ConditionType, type Finding, type Findings } from "../../federation/condition";
import { determineConditions, siteEvidence } from "../../federation/conditions";
import type { Condition, Conditions } from "../../federation/conditionTimes";
import type { ClusterEntry } from "../../neuvector/client/federation";
import { replyOf, type Classification, type PartialObservation } from "../observation/observe";

/** The conditions of a member: `entry` is its entry on the master's list, if that was read. */
export function memberConditions(
  { site }: PartialObservation,
  classification: Classification,
  list: { readonly isRead: boolean; readonly entry: ClusterEntry | undefined },
  problem: string | undefined,
): Findings {
  const reply = replyOf(site);
  return determineConditions({
    state: classification.state === "known" ? classification.membership.state : undefined,
    entryStatus: list.isRead ? (list.entry?.status ?? null) : undefined,
    site: reply && siteEvidence(reply),
    problem,
  });
}

/** A condition as JSON shows it, in the form of Kubernetes. */
interface ConditionJson extends Finding {
  /** Null if no transition was observed. */
  readonly lastTransitionTime: string | null;
}

export function conditionJson({
  status,
  reason,
  message,
  lastTransitionMs,
}: Finding & Partial<Condition>): ConditionJson {
  const lastTransitionTime = lastTransitionMs === undefined ? null : new Date(lastTransitionMs).toISOString();
  return { status, reason, message, lastTransitionTime };
}

export function conditionsJson(conditions: Findings | Conditions): Record<ConditionType, ConditionJson> {
  return mapConditions((type) => conditionJson(conditions[type]));
}
