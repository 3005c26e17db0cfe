import { conditionReasons, type ConditionReason } from "./conditionReasons";

/** The conditions of a membership. `Stale` and `Kicked` are bad if they hold, the others good. */
export const conditionTypes = [
  "Joined",
  "Accepted",
  "Reachable",
  "Synced",
  "VersionCompatible",
  "Stale",
  "Kicked",
] as const;

export type ConditionType = (typeof conditionTypes)[number];

export const conditionStatuses = ["True", "False", "Unknown"] as const;

export type ConditionStatus = (typeof conditionStatuses)[number];

/** What an observation says about one condition. */
export interface Finding {
  readonly status: ConditionStatus;
  readonly reason: ConditionReason;
  /** A sentence for people. */
  readonly message: string;
}

export type Findings = Readonly<Record<ConditionType, Finding>>;

/** Returns a value for each condition. */
export function mapConditions<T>(valueOf: (type: ConditionType) => T): Record<ConditionType, T> {
  return Object.fromEntries(conditionTypes.map((type) => [type, valueOf(type)])) as Record<ConditionType, T>;
}

/** The status of each condition while all is well. */
export const wellStatus = (type: ConditionType): ConditionStatus =>
  type === "Stale" || type === "Kicked" ? "False" : "True";

/** The first condition that is not as it should be; a known fault comes before an unknown one. */
export function firstFault(findings: Findings): Finding | undefined {
  const faults = conditionTypes.flatMap((type) => (findings[type].status === wellStatus(type) ? [] : [findings[type]]));
  return faults.find(({ status }) => status !== "Unknown") ?? faults[0];
}

export const holds = (reason: ConditionReason): Finding => finding("True", reason);
export const fails = (reason: ConditionReason): Finding => finding("False", reason);
export const unknown = (reason: ConditionReason, message?: string): Finding => finding("Unknown", reason, message);

function finding(status: ConditionStatus, reason: ConditionReason, message?: string): Finding {
  return { status, reason, message: message ?? conditionReasons[reason] };
}
