import type { Clock, ErrorKind, Log } from "@fedjoin/provider/neuvector";
import type { JoinMetrics } from "./joinMetrics";

/** What the join is doing; docs/how-to/join.md says what each means and what to do. */
export const joinStates = [
  "off",
  "invalid",
  "joining",
  "joined",
  "unconfirmed",
  "failed",
  "lost",
  "kicked",
  "unclear",
  "elsewhere",
  "conflict",
] as const;

export type JoinState = (typeof joinStates)[number];

/** A bug of ours has no kind. */
export type JoinErrorKind = ErrorKind | "unexpected";

/** The join as it stands now. Times are milliseconds since the epoch. */
export interface JoinStatus {
  readonly state: JoinState;
  /** The cluster name: asked for, or found. */
  readonly name: string | undefined;
  /** Attempts of the join under way, or of the last one. */
  readonly attempts: number;
  readonly nextRetryAt: number | undefined;
  readonly lastErrorKind: JoinErrorKind | undefined;
  /** When a join or a look last found the site a member. */
  readonly lastSuccessAt: number | undefined;
}

/** The facts, since when the state lasts, and what happened, oldest first. Texts are those of the log, without secrets. */
export interface JoinView extends JoinStatus {
  readonly since: number;
  readonly timeline: readonly { readonly atMs: number; readonly text: string }[];
}

/** Where the join writes down what it does; metrics follow. */
export interface JoinRecorder {
  set(facts: Partial<JoinStatus>): void;
  joinView(): JoinView;
  /** `log`, whose lines from info on are kept for the timeline too. */
  captureLog(log: Log): Log;
  countRequest(result: "accepted" | "failed"): void;
  countRejoin(): void;
}

const maxEntries = 50;
const maxTextLength = 500;

export function createJoinRecorder(clock: Clock, metrics: JoinMetrics): JoinRecorder {
  let facts: JoinStatus = {
    state: "off",
    name: undefined,
    attempts: 0,
    nextRetryAt: undefined,
    lastErrorKind: undefined,
    lastSuccessAt: undefined,
  };
  let since = clock.now();
  const timeline: { readonly atMs: number; readonly text: string }[] = [];
  metrics.update(facts);
  return {
    set(changed) {
      const next = { ...facts, ...changed };
      if (next.state !== facts.state) since = clock.now();
      facts = next;
      metrics.update(facts);
    },
    joinView: () => ({ ...facts, since, timeline: [...timeline] }),
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
