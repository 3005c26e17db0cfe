import type { Context } from "../context";
import { Refusal } from "../errors";

const guardMs = 5 * 60_000;
const message = "Federate rules cleanup is still ongoing. Please try again later.";

/** A previous member purges the federation's rules for a while (rest-api.md#lifecycle-and-timings). */
export function startCleanup({ state, clock, options }: Context): void {
  state.cleanupUntil = clock.now() + Math.min(options.timings.cleanupMs, guardMs);
}

/** @throws {Refusal} 400/4 while the rules are being purged; comes before authentication. */
export function refuseDuringCleanup({ state, clock }: Context): void {
  if (state.federation.role === "" && clock.now() < state.cleanupUntil) throw new Refusal(400, 4, message);
}
