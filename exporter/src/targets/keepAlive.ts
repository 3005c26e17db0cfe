import { isCancelled, type Clock, type Log, type Session } from "@fedjoin/provider/neuvector";

/** A session that is kept from idling out between scrapes. */
export interface KeepAlive {
  /** Told of each use. */
  touch(): void;
  stop(): void;
}

/** The controller's default (rest-api.md#sessions), where the login said nothing. */
const defaultIdleSeconds = 300;
/** Part of the idle time after which the controller is told that we are still here. */
const idleFraction = 0.6;
/** A session that nobody used for so long may end. */
const abandonAfterMs = 60 * 60_000;

/** Sends nothing while the session is used more often than it idles out, and never logs in. */
export function createKeepAlive(session: Session, clock: Clock, log: Log): KeepAlive {
  const stopping = new AbortController();
  let usedMs = 0;
  let touchedMs = 0;
  let isRunning = false;
  const waitMs = (): number => (session.idleSeconds() ?? defaultIdleSeconds) * idleFraction * 1000;

  const watch = async (): Promise<void> => {
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
      watch()
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
