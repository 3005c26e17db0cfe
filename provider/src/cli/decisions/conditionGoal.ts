import { UsageError } from "../../commandLine/commandLine";
import {
  conditionStatuses,
  conditionTypes,
  type ConditionStatus,
  type ConditionType,
} from "../../federation/condition";
import { closestMatch } from "../../values/unknownKeys";

/** The condition that is waited for. */
export interface ConditionGoal {
  readonly type: ConditionType;
  readonly status: ConditionStatus;
}

/** Parses `condition=Synced` or `condition=Synced=false`; upper and lower case are the same. @throws UsageError. */
export function parseGoal(text: string, earlier?: ConditionGoal): ConditionGoal {
  if (earlier !== undefined) throw new UsageError("--for <condition>: give it once");
  const [, name = "", wanted = "true"] = /^condition=([^=]*)(?:=([^=]*))?$/.exec(text) ?? [];
  const type = sameWord(conditionTypes, name);
  const status = sameWord(conditionStatuses, wanted);
  if (type !== undefined && status !== undefined) return { type, status };
  if (type !== undefined) throw new UsageError(`--for condition=${type}=…: expected true, false or unknown`);
  const near = closestMatch(name, conditionTypes, 3);
  const meant = near === undefined ? "" : `, did you mean ${near}?`;
  throw new UsageError(
    `--for <condition>: expected condition=<name>[=false] with one of ${conditionTypes.join(", ")}${meant}`,
  );
}

function sameWord<const Word extends string>(words: readonly Word[], given: string): Word | undefined {
  return words.find((word) => word.toLowerCase() === given.toLowerCase());
}

export function formatGoal({ type, status }: ConditionGoal): string {
  return `${type}=${status}`;
}
