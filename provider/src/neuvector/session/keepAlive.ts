import { isCancelled } from "../../errors/neuVectorError";
import type { Clock, Log } from "../ports";
import type { Session } from "./session";

/** Keeps one session from idling out. */
export interface KeepAlive {
  /** Records a use of the session. */
  touch(): void;
  stop(): void;
}

/** The controller's default (rest-api.md#sessions), for a login that did not say. */
const defaultIdleSeconds = 300;
/** Part of the idle time after which a keep-alive is due. */
const idleFraction = 0.6;
/** A session unused for this long may end. */
const abandonAfterMs = 60 * 60_000;

/** Creates the keep-alive of `session`. It sends nothing while the session is used often enough, and never logs in. */
export function createKeepAlive(session: Session, clock: Clock, log: Log): KeepAlive {
  const stopping = new AbortController();
  let usedMs = 0;
  let touchedMs = 0;
  let isRunning = false;
  const waitMs = (): number => (session.idleSeconds() ?? defaultIdleSeconds) * idleFraction * 1000;

  const run = async (): Promise<void> => {
    for (;;) {
      const dueMs = touchedMs + waitMs();
      if (clock.now() < dueMs) {
        await clock.sleep(dueMs - clock.now(), stopping.signal);
        continue;
      }
      if (clock.now() - usedMs >= abandonAfterMs) return;
      touchedMs = clock.now();
      try {
        if ((await session.keepAlive(stopping.signal)) === "none") return;
      } catch (error) {
        if (isCancelled(error)) return;
        log("debug", `Keep-alive failed: ${error instanceof Error ? error.message : "?"}`);
      }
    }
  };

  return {
    touch() {
      usedMs = touchedMs = clock.now();
      if (isRunning || stopping.signal.aborted || session.credentials.kind !== "user") return;
      isRunning = true;
      run()
        .catch(() => undefined)
        .finally(() => {
          isRunning = false;
        });
    },
    stop() {
      stopping.abort();
    },
  };
}
