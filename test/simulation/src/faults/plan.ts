import { faultInfo, type FaultKind } from "./kinds";

/** A fault at one step: the number of a message or of a checkpoint, from 0 when the faults begin. */
export interface PlannedFault {
  readonly step: number;
  readonly kind: FaultKind;
}

/** Faults as a replay line has them: `4:reset-after,9:500/39`. */
export function formatFaults(faults: readonly PlannedFault[]): string {
  return faults.map(({ step, kind }) => `${step}:${kind}`).join(",");
}

/** @throws Error if the text is not a list of faults. */
export function parseFaults(text: string): PlannedFault[] {
  if (text === "" || text === "none") return [];
  return text.split(",").map((each) => {
    const [, step, kind] = /^(\d+):(.+)$/.exec(each) ?? [];
    if (step === undefined || kind === undefined) throw new Error(`not a fault: ${each}; expected STEP:KIND`);
    faultInfo(kind);
    return { step: Number(step), kind };
  });
}
