import type { NeuVectorError } from "../../errors/neuVectorError";
import { determineConditions } from "../../federation/conditions";
import { dateConditions, type Conditions } from "../../federation/conditionTimes";
import { isLoginRefusal } from "../../neuvector/session/loginGuard";
import { columns, withRepeatsShortened } from "../format";
import type { PartialObservation } from "../observation/observe";
import type { Report } from "../report";
import type { DeclaredMember } from "../settings";
import { formatGoal, type ConditionGoal } from "./conditionGoal";
import { conditionJson } from "./memberConditions";

/** A member, and its last observation. */
export interface WaitedMember {
  readonly member: DeclaredMember;
  readonly conditions: Conditions;
  readonly isMet: boolean;
  /** A permanent failure: the member is not observed again. */
  readonly failure: NeuVectorError | undefined;
}

/** Returns the result for a member that was never observed before the timeout. */
export function unanswered(member: DeclaredMember, nowMs: number): WaitedMember {
  const problem = "No controller answered before the timeout.";
  const findings = determineConditions({ state: undefined, entryStatus: undefined, site: undefined, problem });
  return { member, conditions: dateConditions(undefined, findings, nowMs), isMet: false, failure: undefined };
}

export function isOpen(seen: WaitedMember | undefined): boolean {
  return seen === undefined || (!seen.isMet && seen.failure === undefined);
}

const permanentKinds: ReadonlySet<string> = new Set(["tls", "forbidden", "invalid_input"]);

/** Returns a failure that waiting does not resolve. A controller that is restarting refuses connections and answers errors, but does not refuse a login. */
export function permanentFailure({ master, site }: PartialObservation): NeuVectorError | undefined {
  return [master, site]
    .flatMap((side) => (side.state === "failed" ? [side.error] : []))
    .find((error) => isLoginRefusal(error) || permanentKinds.has(error.kind));
}

export function hasChanged(before: WaitedMember | undefined, next: WaitedMember, { type }: ConditionGoal): boolean {
  const [old, now] = [before?.conditions[type], next.conditions[type]];
  return old?.status !== now.status || old.reason !== now.reason || next.failure !== undefined;
}

export function changeLine(seen: WaitedMember, { type }: ConditionGoal): string {
  const { status, reason } = seen.conditions[type];
  return `${seen.member.inputs.storeId}: ${type}=${status} (${reason}): ${explain(seen, type)}`;
}

/** The failure alone if it is why the status is unknown; otherwise both, since the other side shows the status. */
function explain({ conditions, failure }: WaitedMember, type: ConditionGoal["type"]): string {
  const { status, message } = conditions[type];
  if (failure === undefined) return message;
  return status === "Unknown" ? failure.message : `${message} ${failure.message}`;
}

export function progressText(all: readonly WaitedMember[], goal: ConditionGoal): string {
  return `${all.filter(({ isMet }) => isMet).length} of ${all.length} members: ${formatGoal(goal)}`;
}

export function waitReport(all: readonly WaitedMember[], goal: ConditionGoal): Report {
  const { rows, links } = withRepeatsShortened(
    all.map((seen) => {
      const { status, reason } = seen.conditions[goal.type];
      return [
        seen.member.inputs.storeId,
        seen.isMet ? "met" : "not met",
        `${goal.type}=${status}`,
        reason,
        explain(seen, goal.type),
      ];
    }),
  );
  const isMet = all.every((each) => each.isMet);
  return {
    text: [...columns(rows), ...links, progressText(all, goal)],
    json: {
      condition: goal.type,
      wanted: goal.status,
      met: isMet,
      members: all.map(({ member, conditions, isMet: met, failure }) => ({
        ...{ storeId: member.inputs.storeId, met, ...conditionJson(conditions[goal.type]) },
        ...(failure !== undefined && { failure: failure.message }),
      })),
    },
    exitCode: isMet ? 0 : 2,
  };
}
