import type { Message } from "../trace/events";
import type { Fault } from "./fault";
import { canHit, faultInfo, type FaultKind } from "./kinds";
import type { PlannedFault } from "./plan";

/** Numbers the steps of a run and hands out the planned faults. */
export interface FaultSchedule {
  /** The next step. The first after `begin` is 0; steps before it are negative. */
  nextStep(): number;
  /** Starts to count, and to hand out faults. */
  begin(): void;
  /** No fault happens from now on. */
  end(): void;
  /** The fault for this message: planned for its step or an earlier one, and not yet used. */
  take(message: Message): { readonly kind: FaultKind; readonly fault: Fault } | undefined;
  /** The moment at which a checkpoint is lost with its process: before it is written, or right after. */
  takeAtCheckpoint(step: number): { readonly kind: FaultKind; readonly isWritten: boolean } | undefined;
  /** Steps counted so far. */
  readonly steps: number;
  /** What each step was, and the kinds that can hit it. */
  readonly seen: readonly SeenStep[];
}

export type SeenStep = Message | "checkpoint";

export function createFaultSchedule(planned: readonly PlannedFault[]): FaultSchedule {
  let state: "before" | "on" | "over" = "before";
  let steps = 0;
  let early = 0;
  const waiting = [...planned].sort((a, b) => a.step - b.step);
  const seen: SeenStep[] = [];

  const takeFirst = (step: number, fits: (kind: FaultKind) => boolean): FaultKind | undefined => {
    if (state !== "on") return undefined;
    const index = waiting.findIndex((each) => each.step <= step && fits(each.kind));
    return index < 0 ? undefined : waiting.splice(index, 1)[0]?.kind;
  };

  return {
    get steps() {
      return steps;
    },
    seen,
    nextStep: () => (state === "on" ? steps++ : --early),
    begin() {
      state = "on";
    },
    end() {
      state = "over";
    },
    take(message) {
      if (state === "on") seen.push(message);
      const kind = takeFirst(message.step, (each) => canHit(each, message));
      return kind === undefined ? undefined : { kind, fault: faultInfo(kind).fault };
    },
    takeAtCheckpoint(step) {
      if (state === "on") seen.push("checkpoint");
      const kind = takeFirst(step, (each) => each === "crash-before" || each === "crash-sent");
      return kind === undefined ? undefined : { kind, isWritten: kind === "crash-sent" };
    },
  };
}
