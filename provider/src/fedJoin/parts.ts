import type { Ports } from "../ports";
import type { SecretReader } from "../secretSource";
import type { Sessions } from "../controller/sessions";
import type { Turns } from "../turns";

/** What a FedJoin's life is made of; `dynamic.ts` fills it for the real world. */
export interface LifecycleParts {
  readonly ports: Ports;
  readonly sessions: Sessions;
  readonly turns: Turns;
  /** Reads what the inputs only refer to (`passwordFrom` and its like). */
  readonly secrets: SecretReader;
  /** Stops what is under way, so that it can be resumed by the next deployment. */
  readonly signal?: AbortSignal | undefined;
}
