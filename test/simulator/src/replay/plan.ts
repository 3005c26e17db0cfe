import type { ApiKeyOptions, Timings, UserOptions } from "../core/options";
import type { StartOptions } from "../startController";
import type { Exchange, PeerName } from "./recording";

const admin: UserOptions = { username: "admin", password: "admin", role: "admin" };
const rightPassword = "Right-pw-1";
const user = (username: string, role: UserOptions["role"], more: Partial<UserOptions> = {}): UserOptions => ({
  username,
  password: rightPassword,
  role,
  ...more,
});
const key = (name: string, role: ApiKeyOptions["role"]): ApiKeyOptions => ({ name, secret: `${name}-secret`, role });

const siteUsers = (reset: Partial<UserOptions> = {}): readonly UserOptions[] => [
  admin,
  user("reader1", "reader"),
  user("ciops1", "ciops"),
  user("none1", ""),
  user("lock1", "reader"),
  user("sess1", "reader"),
  user("reset1", "reader", reset),
];

/** A stretch of the recording that begins with fresh controllers, because the real ones were restarted or set up. */
export interface Segment {
  readonly name: string;
  readonly fromLine: number;
  readonly peers: Partial<Record<PeerName, StartOptions>>;
  readonly timings?: Partial<Timings>;
  /** Peers whose admin logged in before the stretch begins. */
  readonly loggedIn?: readonly PeerName[];
}

export const segments: readonly Segment[] = [
  {
    name: "promote, join, leave, kick and demote",
    fromLine: 1,
    timings: { cleanupMs: 1_000, probePauseMs: 50 },
    peers: { A: {}, B: {}, C: {} },
  },
  { name: "lockout", fromLine: 184, peers: { C: { users: siteUsers() } } },
  {
    name: "session limit and API keys",
    fromLine: 208,
    peers: {
      C: {
        users: siteUsers(),
        apiKeys: [{ ...key("rk", "reader"), description: "d" }],
        k8sRbacAlert: 'Kubernetes clusterrole "neuvector-binding-rbac" is required',
      },
    },
    loggedIn: ["C"],
  },
  { name: "a restarted site", fromLine: 332, peers: { B: {} } },
  { name: "roles", fromLine: 341, peers: { C: { users: siteUsers() } } },
  {
    name: "a cluster with workloads",
    fromLine: 440,
    peers: {
      C: {
        summary: {
          enforcers: 2,
          hosts: 2,
          platform: "Kubernetes",
          running_pods: 4,
          running_workloads: 8,
          scanners: 1,
          services: 1,
          workloads: 8,
          component_versions: ["v5.6.0", "v5.6.0"],
        },
      },
    },
  },
  { name: "forced reset", fromLine: 479, peers: { C: { users: siteUsers({ mustResetPassword: true }) } } },
  {
    name: "API keys, broken paths and orphans",
    fromLine: 503,
    // A probe that hangs outlasts the caller, as in the product (rest-api.md#accepting-a-member): 2 x (1.5 s + 1.5 s).
    timings: { cleanupMs: 1_000, callTimeoutMs: 1_500, probePauseMs: 1_500 },
    peers: {
      A: { users: [admin, user("fedr", "fedReader")], apiKeys: [key("ak", "admin"), key("fk", "fedAdmin")] },
      B: { apiKeys: [key("ak", "admin")] },
      C: {},
    },
  },
];

/** Whose latest session a request carried, where the recording only says that there was one. */
export function sessionUser({ line, note }: Exchange): string | undefined {
  if (line === 23) return undefined;
  if (line === 251) return "sess1";
  if (note === "live session of a blocked user") return "lock1";
  if (note.startsWith("fedReader")) return "fedr";
  return /^as (\w+)$/.exec(note)?.[1] ?? "admin";
}

const otherApiKeys: Readonly<Record<number, string>> = {
  266: "rk:wrong",
  267: "rk",
  268: "rk:",
  269: "rk:rk-secret:",
  516: "fk:fk-secret",
  573: "fk:fk-secret",
  574: "fk:fk-secret",
};

/** The API key that a request carried. */
export function apiKeyOf({ line, peer }: Exchange): string {
  return otherApiKeys[line] ?? (peer === "C" ? "rk:rk-secret" : "ak:ak-secret");
}

const wrongPasswords = new Set([
  12, 13, 14, 198, 199, 200, 201, 202, 203, 204, 212, 216, 480, 485, 487, 488, 489, 490, 491,
]);

export function passwordOf({ line }: Exchange, username: string): string {
  if (wrongPasswords.has(line)) return "Wrong-pw-0";
  return username === "admin" ? admin.password : rightPassword;
}

/** The new password that a login offered, by what its note says of it. */
export function newPasswordOf({ note }: Exchange): string {
  if (note === "weak new") return "weak";
  return note === "same new" ? rightPassword : "Better-pw-2";
}

/** What the join token of a request was like. */
export function joinTokenKind({
  note,
}: Exchange): "live" | "expired" | "no base64" | "no ticket" | "bad ticket" | "bad base64 ticket" {
  switch (note) {
    case "non base64 join token":
      return "no base64";
    case "token without ticket":
      return "no ticket";
    case "bad ticket":
      return "bad ticket";
    case "ticket not base64":
      return "bad base64 ticket";
    case "expired ticket":
      return "expired";
    default:
      return "live";
  }
}
