import type { Ports } from "../../neuvector/ports";
import type { SecretReader } from "./readSecret";
import type { SessionPool } from "../../neuvector/session/sessionPool";
import type { KeyedMutex } from "../../concurrency";

/** What a FedJoin's life is made of; `dynamic.ts` fills it for the real world. */
export interface LifecycleDeps {
  readonly ports: Ports;
  readonly sessions: SessionPool;
  readonly masterLocks: KeyedMutex;
  /** Reads what the inputs only refer to (`passwordFrom` and its like). */
  readonly secrets: SecretReader;
  /** Stops what is under way, so that it can be resumed by the next deployment. */
  readonly signal?: AbortSignal | undefined;
}
