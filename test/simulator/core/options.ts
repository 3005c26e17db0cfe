import type { Role } from "./permissions";

export interface UserOptions {
  readonly username: string;
  readonly password: string;
  readonly role: Role;
  /** Idle time-out of the user's sessions; default 300. */
  readonly timeoutSeconds?: number;
  /** The first login must set a new password (contract 1.2). */
  readonly mustResetPassword?: boolean;
}

export interface ApiKeyOptions {
  readonly name: string;
  readonly secret: string;
  readonly role: Role;
  readonly description?: string;
}

/** Durations in milliseconds. */
export interface Timings {
  /** How long a controller answers "cleanup is still ongoing" after leaving; the guard gives up after 5 minutes. */
  readonly cleanupMs: number;
  readonly lockWaitMs: number;
  /** Limit of one call to another controller. */
  readonly callTimeoutMs: number;
  /** Pause after each failed attempt to probe or ping a member. */
  readonly probePauseMs: number;
  /** What the minute of `poll_interval` and `ping_interval` lasts. */
  readonly intervalMinuteMs: number;
  /** GET /v1/fed/member starts a ping round at most this often. */
  readonly pingGapMs: number;
  readonly loginBlockMs: number;
  readonly sessionLifeMs: number;
}

/** The product's own durations (contract 1.3, 1.4, 3.5, 3.6). */
export const productTimings: Timings = {
  cleanupMs: 2_000,
  lockWaitMs: 20_000,
  callTimeoutMs: 10_000,
  probePauseMs: 2_000,
  intervalMinuteMs: 60_000,
  pingGapMs: 8_000,
  loginBlockMs: 60 * 60_000,
  sessionLifeMs: 6 * 60 * 60_000,
};

export interface ControllerOptions {
  /** The system cluster name; every fresh controller is called `cluster.local`. */
  readonly name: string;
  readonly users: readonly UserOptions[];
  readonly apiKeys: readonly ApiKeyOptions[];
  readonly timings: Timings;
  /**
   * Whether a master joins the site named in a join that is sent to it. The product never does: 400/4.
   * The token is the credential; "withSession" demands a login or an API key as well.
   */
  readonly acceptDirectJoin: boolean | "withSession";
  /** UID of the namespace kube-system; empty off Kubernetes. */
  readonly k8sUid: string;
  /** A member that comes back with the same name and UID replaces its old entry (contract 3.9). */
  readonly allowSameK8sUidRejoin: boolean;
  /** `fed_kv_version`, which both sides must share (contract 3.10). */
  readonly fedKvVersion: string;
  readonly restVersion: string;
  /** Warning that GET /v1/eula carries when the cluster's roles are incomplete. */
  readonly k8sRbacAlert: string;
  /** Figures of GET /v1/system/summary that differ from an empty cluster's. */
  readonly summary: Readonly<Record<string, number | string | readonly string[]>>;
}

export const defaultOptions: ControllerOptions = {
  name: "cluster.local",
  users: [{ username: "admin", password: "admin", role: "admin" }],
  apiKeys: [],
  timings: productTimings,
  acceptDirectJoin: false,
  k8sUid: "",
  allowSameK8sUidRejoin: false,
  fedKvVersion: "BB38FD65",
  restVersion: "BB38FD65",
  k8sRbacAlert: "",
  summary: {},
};
