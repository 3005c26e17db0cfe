import type { Context } from "../context";
import type { RestInfo } from "../state";
import { recordEvent } from "./events";
import { startPolling } from "./poll";
import { noRevisions } from "./revisions";

export interface Admission {
  readonly id: string;
  readonly secret: string;
  readonly rest: RestInfo;
  readonly master: { readonly id: string; readonly name: string; readonly rest: RestInfo };
  readonly pollMinutes: number;
}

/** Makes the controller a joint cluster and starts its polling. */
export function becomeJoint(context: Context, { id, secret, rest, master, pollMinutes }: Admission): void {
  context.state.localRest = rest;
  context.state.federation = {
    role: "joint",
    id,
    secret,
    status: "",
    master: { ...master, status: "" },
    pollMinutes,
    revisions: noRevisions,
  };
  recordEvent(context, "Federation.Join");
  startPolling(context);
}

const cleanupGuardMs = 5 * 60_000;

/** Ends the membership; the address is remembered and the clean-up begins. */
export function endMembership(context: Context, event: "Federation.Leave" | "Federation.Kick"): void {
  const { state, clock, options } = context;
  recordEvent(context, event);
  context.loop?.cancel();
  state.federation = { role: "" };
  state.cleanupUntil = clock.now() + Math.min(options.timings.cleanupMs, cleanupGuardMs);
}
