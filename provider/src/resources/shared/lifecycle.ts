import type { SecretReader } from "../../values/secretReference";
import type { KeyedMutex } from "../../concurrency";
import type { Ports } from "../../neuvector/ports";
import type { SessionPool } from "../../neuvector/session/sessionPool";

/** What the lifecycle of a resource needs from its environment. `dynamic.ts` provides the real one. */
export interface LifecycleDeps {
  readonly ports: Ports;
  readonly sessions: SessionPool;
  readonly masterLocks: KeyedMutex;
  /** Reads secrets that inputs refer to, such as `passwordFrom`. */
  readonly secrets: SecretReader;
  /** Stops running operations. The next deployment resumes them. */
  readonly signal?: AbortSignal | undefined;
}
