import type * as z from "zod";
import { authorize, type Caller } from "./access";
import type { Call, Context, Handler } from "./context";
import { Refusal } from "./errors";
import type { Role } from "./permissions";
import { parseBody } from "./requestBody";
import type { FederationRole, State } from "./state";

/** What a controller checks before it carries a request out, in this order. */
interface Checks {
  /** Whether the rules of the last membership have been purged: 400/4. */
  readonly afterCleanup?: true;
  /** Waits for the federation lock, and holds it to the end. */
  readonly exclusive?: true;
  /** Who may call, by token or API key: 401/3, 403/25. Anyone by default. */
  readonly roles?: readonly Role[];
  /** Which role in a federation the controller must have: 400/4. */
  readonly as?: FederationRole;
  /** What the body must be: 400/6. */
  readonly body?: z.ZodType;
}

type CheckedCall<C extends Checks> = Call & {
  readonly caller: C["roles"] extends readonly Role[] ? Caller : undefined;
  readonly federation: C["as"] extends FederationRole ? Extract<State["federation"], { role: C["as"] }> : undefined;
  readonly input: C["body"] extends z.ZodType<infer Body> ? Body : undefined;
};

/** A handler behind these checks. */
export function endpoint<const C extends Checks>(
  { afterCleanup, exclusive, roles, as, body }: C,
  handle: (context: Context, call: CheckedCall<C>) => unknown,
): Handler {
  return (context, call) => {
    const { state, lock } = context;
    if (afterCleanup) refuseDuringCleanup(context);
    const run = (): unknown => {
      const caller = roles && authorize(context, call, roles);
      const { federation } = state;
      if (as !== undefined && federation.role !== as) throw new Refusal(400, 4);
      const input = body && parseBody(body, call.body);
      return handle(context, { ...call, caller, federation, input } as CheckedCall<C>);
    };
    return exclusive ? lock.runExclusive(run) : run();
  };
}

/** @throws {Refusal} 400/4 while a previous member's rules are being purged (rest-api.md#lifecycle-and-timings) */
export function refuseDuringCleanup({ state, clock }: Context): void {
  if (state.federation.role !== "" || clock.now() >= state.cleanupUntil) return;
  throw new Refusal(400, 4, "Federate rules cleanup is still ongoing. Please try again later.");
}
