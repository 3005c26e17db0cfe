import type { Clock, Log } from "@fedjoin/provider/internal/neuvector";
import type { JoinMetrics } from "./joinMetrics";
import type { JoinStatus, JoinView } from "./joinStatus";

/** Records the progress of the join, for the landing page and the metrics. */
export interface JoinRecorder {
  set(changes: Partial<JoinStatus>): void;
  joinView(): JoinView;
  /** Returns `log` with its lines from level info on added to the timeline. */
  captureLog(log: Log): Log;
  countRequest(result: "accepted" | "failed"): void;
  countRejoin(): void;
}

const maxEntries = 50;
const maxTextLength = 500;

export function createJoinRecorder(clock: Clock, metrics: JoinMetrics): JoinRecorder {
  let status: JoinStatus = {
    state: "off",
    name: undefined,
    attempts: 0,
    nextRetryAt: undefined,
    lastErrorKind: undefined,
    lastSuccessAt: undefined,
  };
  let since = clock.now();
  const timeline: { readonly atMs: number; readonly text: string }[] = [];
  metrics.update(status);
  return {
    set(changes) {
      const next = { ...status, ...changes };
      if (next.state !== status.state) since = clock.now();
      status = next;
      metrics.update(status);
    },
    joinView: () => ({ ...status, since, timeline: [...timeline] }),
    captureLog: (log) => (level, message, fields) => {
      log(level, message, fields);
      if (level === "debug" || /^=+$/.test(message)) return;
      timeline.push({ atMs: clock.now(), text: message.slice(0, maxTextLength) });
      if (timeline.length > maxEntries) timeline.shift();
    },
    countRequest(result) {
      metrics.countRequest(result);
    },
    countRejoin() {
      metrics.countRejoin();
    },
  };
}
