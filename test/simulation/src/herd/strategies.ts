import { defaultRetryPolicy } from "../../../../provider/src/values/retry";
import type { Herd } from "./herd";

export interface Strategy {
  readonly name: string;
  readonly herd: Omit<Herd, "sites">;
}

/** The master is back after a minute; the exporters started within 5 s of each other. */
const outage = {
  by: "exporters",
  latencyMs: 100,
  startWithinMs: 5_000,
  masterBackMs: 60_000,
  kickMs: undefined,
} as const;
const required = { ...outage, retry: defaultRetryPolicy };
const jittered = (jitter: "equal" | "full", delaySeconds?: number): Strategy["herd"] => ({
  ...outage,
  retry: {
    ...defaultRetryPolicy,
    jitter,
    ...(delaySeconds !== undefined && { initialDelaySeconds: delaySeconds, maxDelaySeconds: delaySeconds }),
  },
});

export const strategies: readonly Strategy[] = [
  { name: "required", herd: required },
  { name: "required, a kick", herd: { ...required, kickMs: 72_000 } },
  { name: "equal jitter", herd: jittered("equal") },
  { name: "full jitter", herd: jittered("full") },
  { name: "one stack", herd: { ...required, by: "stack" } },
];

const alreadyThere = { ...required, masterBackMs: 0 };

/** Settings that a user can choose, whose largest estate is looked for. */
export const settings: readonly Strategy[] = [
  { name: "the defaults", herd: required },
  { name: "`JOIN_JITTER=equal`", herd: jittered("equal") },
  { name: "`JOIN_JITTER=full`", herd: jittered("full") },
  ...[300, 900, 3600].map((seconds) => ({
    name: `\`JOIN_JITTER=full\`, both delays ${seconds} s`,
    herd: jittered("full", seconds),
  })),
  { name: "any, if the master is there from the start", herd: alreadyThere },
  { name: "any, if the exporters start over an hour", herd: { ...alreadyThere, startWithinMs: 3_600_000 } },
];
