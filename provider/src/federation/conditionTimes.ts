import { conditionTypes, mapConditions, type ConditionType, type Finding, type Findings } from "./condition";

/** A finding, and when its status was first observed. */
export interface Condition extends Finding {
  /** In milliseconds since the epoch. */
  readonly lastTransitionMs: number;
}

export type Conditions = Readonly<Record<ConditionType, Condition>>;

/** What the conditions before must have, to date the next ones. */
export type ConditionMemory = Readonly<
  Record<ConditionType, Pick<Condition, "status" | "lastTransitionMs"> & Partial<Finding>>
>;

/**
 * Dates findings: a status that is the same as before keeps its time, another one begins now. Returns `before` if nothing
 * has changed.
 */
export function dateConditions(before: ConditionMemory | undefined, findings: Findings, nowMs: number): Conditions {
  if (before !== undefined && isUnchanged(before, findings)) return before;
  return mapConditions((type) => {
    const previous = before?.[type];
    const isHeld = previous?.status === findings[type].status;
    return { ...findings[type], lastTransitionMs: isHeld ? previous.lastTransitionMs : nowMs };
  });
}

function isUnchanged(before: ConditionMemory, findings: Findings): before is Conditions {
  return conditionTypes.every((type) => {
    const { status, reason, message } = findings[type];
    return before[type].status === status && before[type].reason === reason && before[type].message === message;
  });
}
