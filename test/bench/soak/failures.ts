import type { Fault } from "@fedjoin/simulator";

const faults = {
  unavailable: { what: "status", status: 503 },
  reset: { what: "reset-before-effect" },
  truncated: { what: "truncated" },
  garbage: { what: "garbage" },
  late: { what: "delay", ms: 3_000 },
} as const satisfies Readonly<Record<string, Fault>>;

/** How the master fails in turn; `expired` ends every session once, `offline` stops listening. */
export const failures = ["offline", "expired", ...(Object.keys(faults) as (keyof typeof faults)[])] as const;
export type Behaviour = "well" | (typeof failures)[number];

/** What happens to every request meanwhile; `undefined` for nothing. */
export function faultOf(behaviour: Behaviour): Fault | undefined {
  return Object.entries(faults).find(([name]) => name === behaviour)?.[1];
}
