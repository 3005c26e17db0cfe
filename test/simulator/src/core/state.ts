import type { ControllerOptions, UserOptions } from "./options";
import type { Role } from "./permissions";

export interface RestInfo {
  readonly server: string;
  readonly port: number;
}

export interface User {
  readonly username: string;
  password: string;
  role: Role;
  /** Roles in namespaces, beside the global one. */
  roleDomains: Readonly<Record<string, readonly string[]>>;
  readonly timeoutSeconds: number;
  mustResetPassword: boolean;
  failedLogins: number;
  /** Milliseconds; logins are refused until then. */
  blockedUntil: number;
  lastLoginMs: number | undefined;
  loginCount: number;
}

export interface ApiKey {
  readonly name: string;
  readonly secret: string;
  role: Role;
  readonly description: string;
  readonly createdMs: number;
  /** Milliseconds; never by default. It is shown only: the key works on. */
  readonly expiresMs?: number | undefined;
}

export interface Session {
  readonly token: string;
  readonly username: string;
  readonly role: Role;
  readonly createdMs: number;
  usedMs: number;
  readonly idleMs: number;
  /**
   * Of a master: its own logins at members, by their ids, for what this session asks there
   * (rest-api.md#forwarding-to-members).
   */
  readonly memberLogins: Map<string, Promise<MemberLogin>>;
}

/** A master's login at its member: a session token, or why there is none. */
export type MemberLogin = { readonly token: string } | "refused" | "unreachable";

/** Status words of members and masters (rest-api.md#status-values); "" until one was recorded. */
export type FederationStatus =
  | ""
  | "joined"
  | "out_of_sync"
  | "synced"
  | "notified"
  | "connected"
  | "disconnected"
  | "kicked"
  | "left"
  | "master_upgrade_required"
  | "joint_upgrade_required"
  | "joint_version_too_new"
  | "pending";

/** Revision of each kind of federal rule. */
export type Revisions = Readonly<Record<string, number>>;

/** A joint cluster as its master records it. */
export interface Member {
  readonly id: string;
  readonly secret: string;
  name: string;
  status: FederationStatus;
  readonly rest: RestInfo;
  restVersion: string;
  /** Ping rounds without any answer, in a row. */
  failedPings: number;
}

interface Standalone {
  readonly role: "";
}

export interface Mastership {
  readonly role: "master";
  readonly id: string;
  readonly secret: string;
  readonly members: Map<string, Member>;
  readonly revisions: Revisions;
}

/** This cluster's own membership, seen from the joint cluster. */
export interface Membership {
  readonly role: "joint";
  readonly id: string;
  readonly secret: string;
  status: FederationStatus;
  readonly master: { readonly id: string; readonly name: string; readonly rest: RestInfo; status: FederationStatus };
  pollMinutes: number;
  revisions: Revisions;
}

export type FederationRole = "" | "master" | "joint";

/** What befell a membership: at a member its own, at a master those of its members. */
export interface FederationEvent {
  readonly name: string;
  readonly atMs: number;
  /** The user who did it, and the address that the request came from. */
  readonly user: string;
  readonly userAddr: string;
  readonly message: string;
}

export interface State {
  clusterName: string;
  federation: Standalone | Mastership | Membership;
  /** The address this controller gives to others; remembered after a membership ends. */
  localRest: RestInfo;
  useProxy: string;
  deployRepoScanData: boolean;
  pingMinutes: number;
  pollMinutes: number;
  /** Milliseconds; until then the rules of the last membership are being removed. */
  cleanupUntil: number;
  lastPingRoundMs: number;
  /** Federation events of this cluster, newest first (rest-api.md#logs). */
  readonly federationEvents: FederationEvent[];
  readonly users: Map<string, User>;
  readonly apiKeys: Map<string, ApiKey>;
  readonly sessions: Map<string, Session>;
  /** Tokens of the sessions that idling ended. */
  readonly expiredTokens: Set<string>;
  /** Vulnerabilities that a user asked for, by the token to list them; the oldest first. */
  readonly vulnerabilityQueries: Map<string, { readonly user: string; readonly rows: readonly unknown[] }>;
}

export function initialState(options: ControllerOptions, nowMs: number): State {
  return {
    clusterName: options.name,
    federation: { role: "" },
    localRest: { server: "", port: 0 },
    useProxy: "",
    deployRepoScanData: false,
    pingMinutes: 1,
    pollMinutes: 1,
    cleanupUntil: 0,
    lastPingRoundMs: Number.NEGATIVE_INFINITY,
    federationEvents: [],
    users: new Map(options.users.map((user) => [user.username, newUserState(user)])),
    apiKeys: new Map(options.apiKeys.map((key) => [key.name, { description: "", ...key, createdMs: nowMs }])),
    sessions: new Map(),
    expiredTokens: new Set(),
    vulnerabilityQueries: new Map(),
  };
}

export function newUserState({ username, password, role, ...options }: UserOptions): User {
  return {
    username,
    password,
    role,
    roleDomains: {},
    timeoutSeconds: options.timeoutSeconds ?? 300,
    mustResetPassword: options.mustResetPassword ?? false,
    failedLogins: 0,
    blockedUntil: 0,
    lastLoginMs: undefined,
    loginCount: 0,
  };
}
