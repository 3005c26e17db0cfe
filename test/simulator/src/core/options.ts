import type { Role } from "./permissions";
import { traitsOf } from "./productVersion";

export interface UserOptions {
  readonly username: string;
  readonly password: string;
  readonly role: Role;
  /** Idle time-out of the user's sessions; default 300. */
  readonly timeoutSeconds?: number;
  /** The first login must set a new password (rest-api.md#login). */
  readonly mustResetPassword?: boolean;
}

export interface ApiKeyOptions {
  readonly name: string;
  readonly secret: string;
  readonly role: Role;
  readonly description?: string;
  /** Milliseconds; never by default. */
  readonly expiresMs?: number;
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
  /**
   * How long a master holds its lock until an entry is off its list, in a kick and in the leave of a member, which says
   * `joint` meanwhile. The product finds it gone at once or looks again a second later.
   */
  readonly removalMs: number;
  /** A master's login at its member, before it tells that member of a kick. */
  readonly memberLoginMs: number;
  readonly loginBlockMs: number;
  readonly sessionLifeMs: number;
}

/**
 * The product's own durations (rest-api.md#sessions, rest-api.md#lockout, rest-api.md#lifecycle-and-timings and
 * rest-api.md#joining).
 */
const productTimings: Timings = {
  cleanupMs: 2_000,
  lockWaitMs: 20_000,
  callTimeoutMs: 10_000,
  probePauseMs: 2_000,
  intervalMinuteMs: 60_000,
  pingGapMs: 8_000,
  removalMs: 0,
  memberLoginMs: 0,
  loginBlockMs: 60 * 60_000,
  sessionLifeMs: 6 * 60 * 60_000,
};

/**
 * A controller that takes its time, as recorded (rest-api.md#concurrent-operations): what the other timings leave out
 * to keep tests fast.
 */
export const slowTimings = { removalMs: 1_000, memberLoginMs: 200 } as const satisfies Partial<Timings>;

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
  /**
   * Such as 5.4.1; default 5.6.0. Decides the answer to expired sessions, whether new members are `pending`, the oldest
   * TLS, and the two versions below unless they are given.
   */
  readonly productVersion: string;
  /** `fed_kv_version`, which both sides must share (rest-api.md#version-compatibility). */
  readonly fedKvVersion: string;
  readonly restVersion: string;
  /** Warning that GET /v1/eula carries when the cluster's roles are incomplete. */
  readonly k8sRbacAlert: string;
  /** Figures of GET /v1/system/summary that differ from an empty cluster's. */
  readonly summary: Readonly<Record<string, number | string | readonly string[]>>;
  /**
   * What the endpoints that only show things answer, by path, such as `/v1/host`; else an empty cluster's answers.
   * Admission control without an answer is not Kubernetes: 412.
   */
  readonly data: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const defaults: Omit<ControllerOptions, "fedKvVersion" | "restVersion"> = {
  name: "cluster.local",
  users: [{ username: "admin", password: "admin", role: "admin" }],
  apiKeys: [],
  timings: productTimings,
  acceptDirectJoin: false,
  productVersion: "5.6.0",
  k8sRbacAlert: "",
  summary: {},
  data: {},
};

/** Some of a controller's options, and some of its timings. */
export interface PartialControllerOptions extends Partial<Omit<ControllerOptions, "timings">> {
  readonly timings?: Partial<Timings>;
}

/** The options with defaults for the rest. @throws {Error} when the product's version is no version */
export function completeOptions(given: PartialControllerOptions): ControllerOptions {
  const { fedKvVersion, restVersion } = traitsOf(given.productVersion ?? defaults.productVersion);
  return {
    ...defaults,
    fedKvVersion,
    restVersion,
    ...given,
    timings: { ...productTimings, ...given.timings },
  };
}
