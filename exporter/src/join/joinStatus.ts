import type { ErrorKind } from "@fedjoin/provider/internal/neuvector";

/** What the join is doing; docs/how-to/join.md explains each state and what to do about it. */
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

/** `unexpected` is a bug of the exporter. */
export type JoinErrorKind = ErrorKind | "unexpected";

/** The current status of the join. Times are milliseconds since the epoch. */
export interface JoinStatus {
  readonly state: JoinState;
  /** The cluster name: requested, or found. */
  readonly name: string | undefined;
  /** Attempts of the running join, or of the last one. */
  readonly attempts: number;
  readonly nextRetryAt: number | undefined;
  readonly lastErrorKind: JoinErrorKind | undefined;
  /** When a join or an observation last found the site a member. */
  readonly lastSuccessAt: number | undefined;
}

/** The status, since when its state lasts, and a timeline, oldest first. Texts are those of the log, without secrets. */
export interface JoinView extends JoinStatus {
  readonly since: number;
  readonly timeline: readonly { readonly atMs: number; readonly text: string }[];
}
