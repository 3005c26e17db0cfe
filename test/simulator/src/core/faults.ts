import type { Listener } from "./message";

/** What can go wrong with a request. Durations are in milliseconds. */
export type Fault =
  /** The connection breaks and nothing has happened. */
  | { readonly what: "reset-before-effect" }
  /** The request is carried out, then the connection breaks before the answer. */
  | { readonly what: "reset-after-effect" }
  /** Time passes before the request is carried out (default), or after that and before the answer. */
  | { readonly what: "delay"; readonly ms: number; readonly when?: "before" | "after" }
  | StatusFault
  /** A 200 that is not JSON; by default an HTML page. */
  | ({ readonly what: "garbage"; readonly body?: string; readonly contentType?: string } & Substitute)
  /** Sends the caller to the same path at another origin, such as `https://127.0.0.1:8443`; default 302. */
  | ({ readonly what: "redirect"; readonly to: string; readonly status?: 301 | 302 | 303 | 307 | 308 } & Substitute)
  /** The real answer, of which only the first half arrives before the connection ends. */
  | { readonly what: "truncated" }
  /** The real answer, padded with blanks to this many bytes of valid JSON. */
  | { readonly what: "oversized"; readonly bytes: number }
  /** The real answer, its head at once and then this many bytes of the body at a time. */
  | { readonly what: "slow"; readonly bytes: number; readonly everyMs: number };

/** An answer that takes the place of the controller's own. */
interface Substitute {
  /** Whether the request is carried out nevertheless; default false. */
  readonly effect?: boolean;
}

/** An answer with this status and the product's error body for the code, or else with the given body or none. */
interface StatusFault extends Substitute {
  readonly what: "status";
  readonly status: number;
  readonly code?: number;
  /** Specific text of the code; default its fixed text. */
  readonly message?: string;
  /** Goes out as it is, unless there is a code. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A mishap and the requests it hits. Several for one route take turns in the order in which they were added. */
export type FaultRule = Fault & {
  readonly match: {
    readonly method: string;
    /** The path, or the route's pattern such as `/v1/fed/cluster/:id`. */
    readonly path: string;
    readonly listener?: Listener;
  };
  /** How many matching requests pass unharmed before the first is hit; default 0. */
  readonly skip?: number;
  /** How many requests it hits; default 1. */
  readonly times?: number;
};

interface FaultTarget {
  readonly listener: Listener;
  readonly method: string;
  readonly path: string;
  readonly pattern: string | undefined;
}

/** Faults waiting to happen. */
export interface Faults {
  add(fault: FaultRule): void;
  /** What befalls this request; a fault counts it when it arrives. */
  match(target: FaultTarget): Fault | undefined;
}

export function createFaults(): Faults {
  const waiting: { readonly fault: FaultRule; toSkip: number; left: number }[] = [];
  return {
    add(fault) {
      waiting.push({ fault, toSkip: fault.skip ?? 0, left: fault.times ?? 1 });
    },
    match(target) {
      const hit = waiting.find(({ fault, left }) => left > 0 && matches(fault, target));
      if (!hit) return undefined;
      if (hit.toSkip > 0) {
        hit.toSkip -= 1;
        return undefined;
      }
      hit.left -= 1;
      return hit.fault;
    },
  };
}

function matches({ match }: FaultRule, { listener, method, path, pattern }: FaultTarget): boolean {
  return (
    match.method === method &&
    (match.path === path || match.path === pattern) &&
    (match.listener ?? listener) === listener
  );
}
