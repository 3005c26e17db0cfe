import type { ApiKeyOptions, PartialControllerOptions, UserOptions } from "../core/options";
import { encodeJoinToken } from "../core/tokens";
import type { ComparableAnswer } from "./comparableAnswer";
import type { Exchange } from "./recording";
import { createReplayer, rightPassword, type Hidden, type PeerName, type Replayer } from "./replayer";

const admin: UserOptions = { username: "admin", password: "admin", role: "admin" };
const user = (username: string, role: UserOptions["role"]): UserOptions => ({
  username,
  password: rightPassword,
  role,
});
const key = (name: string, role: ApiKeyOptions["role"]): ApiKeyOptions => ({ name, secret: `${name}-secret`, role });

const siteUsers = [
  admin,
  ...(["reader1", "lock1", "sess1", "reset1"] as const).map((name) => user(name, "reader")),
  user("ciops1", "ciops"),
  user("none1", ""),
];
const mustReset = siteUsers.map((each) => ({ ...each, mustResetPassword: each.username === "reset1" }));

/** A stretch of the recording that begins with fresh controllers, because the real ones were restarted or set up. */
export interface Scene {
  readonly name: string;
  readonly fromLine: number;
  readonly peers: Partial<Record<PeerName, PartialControllerOptions>>;
  /** Peers whose admin logged in before the stretch begins. */
  readonly loggedIn?: readonly PeerName[];
}

export const federationScenes: readonly Scene[] = [
  { name: "promote, join, leave, kick and demote", fromLine: 1, peers: { A: {}, B: {}, C: {} } },
  { name: "lockout", fromLine: 184, peers: { C: { users: siteUsers } } },
  {
    name: "session limit and API keys",
    fromLine: 208,
    peers: {
      C: {
        users: siteUsers,
        apiKeys: [{ ...key("rk", "reader"), description: "d" }],
        k8sRbacAlert: 'Kubernetes clusterrole "neuvector-binding-rbac" is required',
      },
    },
    loggedIn: ["C"],
  },
  { name: "a restarted site", fromLine: 332, peers: { B: {} } },
  { name: "roles", fromLine: 341, peers: { C: { users: siteUsers } } },
  {
    name: "a cluster with workloads",
    fromLine: 440,
    peers: {
      C: {
        summary: {
          ...{ enforcers: 2, hosts: 2, platform: "Kubernetes", running_pods: 4, running_workloads: 8 },
          ...{ scanners: 1, services: 1, workloads: 8, component_versions: ["v5.6.0", "v5.6.0"] },
        },
      },
    },
  },
  { name: "forced reset", fromLine: 479, peers: { C: { users: mustReset } } },
  {
    name: "API keys, broken paths and stale entries",
    fromLine: 503,
    peers: {
      A: { users: [admin, user("fedr", "fedReader")], apiKeys: [key("ak", "admin"), key("fk", "fedAdmin")] },
      B: { apiKeys: [key("ak", "admin")] },
      C: {},
    },
  },
];

/** Replays one scene of the recording, one exchange after the other. */
export async function replayScene(scene: Scene, exchanges: readonly Exchange[]): Promise<ComparableAnswer[]> {
  const replayer = createReplayer(scene.peers, (name) => `${name.toLowerCase()}.test`);
  const { clock } = replayer.network;
  for (const name of scene.loggedIn ?? []) await replayer.logIn(name);
  const answers: ComparableAnswer[] = [];
  for (const exchange of exchanges) {
    const { line } = exchange;
    await clock.advance(pausesMs[line] ?? 50);
    connect(replayer, scene, line);
    events[line]?.(replayer);
    answers.push(await clock.advanceUntil(replayer.replay(exchange, hiddenOf(exchange))));
  }
  return answers;
}

/** Time before a line: for a clean-up to end, or for the master to go on alone. By default enough for a poll. */
const pausesMs: Readonly<Record<number, number>> = {
  ...{ 161: 2_000, 647: 2_000, 787: 2_000, 804: 2_000, 827: 5_000, 841: 3_000 },
};

const blackHole = 26999;

/** The ports of the recording: whose they are, and from which line to which before the connections there break. */
const ports: readonly { port: number; peer: PeerName; to: "rest" | "federationAddress"; cuts: [number, number][] }[] = [
  { port: 20443, peer: "A", to: "rest", cuts: [] },
  {
    port: 21543,
    peer: "A",
    to: "federationAddress",
    cuts: [
      [703, 704],
      [792, 804],
    ],
  },
  {
    port: 22543,
    peer: "B",
    to: "rest",
    cuts: [
      [603, 605],
      [653, 678],
      [747, 748],
    ],
  },
  { port: 24543, peer: "C", to: "rest", cuts: [] },
];

function connect({ network, peer }: Replayer, scene: Scene, line: number): void {
  network.setConnectivity({ server: "127.0.0.1", port: blackHole }, "silent");
  for (const { port, peer: name, to, cuts } of ports.filter((each) => each.peer in scene.peers)) {
    const address = { server: "127.0.0.1", port };
    if (cuts.some(([from, until]) => line >= from && line < until))
      network.addServer(address, () => Promise.resolve("drop"));
    else network.alias(address, peer(name)[to]);
  }
}

/** What else happened just before a recorded request. */
const events: Readonly<Record<number, (replayer: Replayer) => void>> = {
  26: ({ sessions }) => void sessions.set("A first", sessions.get("A admin") ?? ""),
  32: ({ sessions }) => void sessions.set("A admin", sessions.get("A first") ?? ""),
  827: ({ peer }) => {
    peer("B").faults.add({ match: { method: "POST", path: "/v1/fed/joint_test_internal" }, what: "delay", ms: 11_000 });
  },
};

const tokenWith = (ticket: string) => (): string => encodeJoinToken({ server: "127.0.0.1", port: 21543, ticket });

const hiddenByNote: Readonly<Record<string, Hidden>> = {
  "live session of a blocked user": { user: "lock1" },
  "weak new": { newPassword: "weak" },
  "same new": { newPassword: rightPassword },
  "non base64 join token": { joinToken: () => "no base64!" },
  "token without ticket": { joinToken: tokenWith("") },
  "bad ticket": { joinToken: tokenWith(Buffer.alloc(48, "x").toString("base64")) },
  "ticket not base64": { joinToken: tokenWith("!!!!") },
  "expired ticket": { joinToken: (master) => master.joinToken(-1) },
};

const fedAdminKey = { apiKey: "fk:fk-secret" };

const hiddenByLine: Readonly<Record<number, Hidden>> = {
  23: { user: "nobody" },
  251: { user: "sess1" },
  266: { apiKey: "rk:wrong" },
  267: { apiKey: "rk" },
  268: { apiKey: "rk:" },
  269: { apiKey: "rk:rk-secret:" },
  516: fedAdminKey,
  573: fedAdminKey,
  574: fedAdminKey,
};

const wrongPasswords = new Set([
  12, 13, 14, 198, 199, 200, 201, 202, 203, 204, 212, 216, 480, 485, 487, 488, 489, 490, 491,
]);

function hiddenOf({ line, peer, note }: Exchange): Hidden {
  const user = note.startsWith("fedReader") ? "fedr" : /^as (\w+)$/.exec(note)?.[1];
  return {
    ...(user !== undefined && { user }),
    apiKey: peer === "C" ? "rk:rk-secret" : "ak:ak-secret",
    newPassword: "Better-pw-2",
    ...(wrongPasswords.has(line) && { password: "Wrong-pw-0" }),
    ...hiddenByNote[note],
    ...hiddenByLine[line],
  };
}
