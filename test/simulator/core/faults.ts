import type { Listener, Outcome } from "./message";

/** `reset-after-effect`: the request is carried out, then the connection breaks before the answer. */
type FaultKind = "reset-after-effect";

interface Fault {
  readonly match: {
    readonly method: string;
    /** The path, or the route's pattern such as `/v1/fed/cluster/:id`. */
    readonly path: string;
    readonly listener?: Listener;
  };
  readonly what: FaultKind;
  /** How many matching requests pass unharmed before the first is hit; default 0. */
  readonly skip?: number;
  /** How many requests it hits; default 1. */
  readonly times?: number;
}

interface FaultTarget {
  readonly listener: Listener;
  readonly method: string;
  readonly path: string;
  readonly pattern: string | undefined;
}

/** Faults waiting to happen. */
export interface Faults {
  add(fault: Fault): void;
  /** The outcome after the first fault that matches, if any, has had its way. */
  afterEffect(target: FaultTarget, outcome: Outcome): Outcome;
}

const effects: Readonly<Record<FaultKind, (outcome: Outcome) => Outcome>> = {
  "reset-after-effect": () => "drop",
};

export function createFaults(): Faults {
  const waiting: { readonly fault: Fault; toSkip: number; left: number }[] = [];
  return {
    add(fault) {
      waiting.push({ fault, toSkip: fault.skip ?? 0, left: fault.times ?? 1 });
    },
    afterEffect(target, outcome) {
      const hit = waiting.find(({ fault, left }) => left > 0 && hits(fault, target));
      if (!hit) return outcome;
      if (hit.toSkip > 0) {
        hit.toSkip -= 1;
        return outcome;
      }
      hit.left -= 1;
      return effects[hit.fault.what](outcome);
    },
  };
}

function hits({ match }: Fault, { listener, method, path, pattern }: FaultTarget): boolean {
  return (
    match.method === method &&
    (match.path === path || match.path === pattern) &&
    (match.listener ?? listener) === listener
  );
}
