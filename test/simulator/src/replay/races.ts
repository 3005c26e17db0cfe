import { slowTimings } from "../core/options";
import type { ComparableAnswer } from "./comparableAnswer";
import type { Exchange } from "./recording";
import { createReplayer, rightPassword, type PeerName, type Replayer } from "./replayer";

/** Fresh controllers for exchanges that happened together, with what was so before them. */
export interface RaceScene {
  readonly name: string;
  readonly lines: readonly number[];
  /** Peers that are members of the master when it begins. */
  readonly members?: readonly PeerName[];
  /** Default A. */
  readonly master?: PeerName | "none";
  /** A member that answers nothing. */
  readonly unreachable?: PeerName;
  /** Another user of C, and how many sessions it has. */
  readonly user?: { readonly name: string; readonly sessions: number };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const pair = (name: string, first: number, members: readonly PeerName[]): RaceScene => ({
  name: `${name} (${first})`,
  lines: [first, first + 1],
  members,
});

export const raceScenes: readonly RaceScene[] = [
  { name: "promote", lines: [1], master: "none" },
  { name: "kick", lines: [2], members: ["E"] },
  { name: "default password", lines: [3, 4], members: ["D"] },
  { name: "users", lines: range(5, 9), user: { name: "metrics-reader", sessions: 0 } },
  { name: "create a user", lines: [10] },
  { name: "32 sessions", lines: range(11, 16), user: { name: "many", sessions: 32 } },
  ...[17, 19, 21, 23, 25].map((line) => pair("two leaves", line, ["E"])),
  ...[27, 29, 31, 33, 35].map((line) => pair("kick and leave", line, ["E"])),
  ...[37, 39, 41].map((line) => pair("leave and kick", line, ["E"])),
  ...[43, 45, 47].map((line) => pair("two joins", line, [])),
  { name: "standalone", lines: [49] },
  ...[50, 51].map((line) => ({
    name: `unreachable (${line})`,
    lines: [line],
    members: ["C"] as const,
    unreachable: "C" as const,
  })),
  { name: "demote", lines: [52], members: ["C"], master: "E" },
  { name: "settings of a joint", lines: [53, 54], members: ["C"] },
];

/** The live answer to a recorded request, and how long it took in virtual time. */
export interface TimedAnswer {
  readonly exchange: Exchange;
  readonly answer: ComparableAnswer;
  readonly tookMs: number;
}

const hosts: Readonly<Record<string, string>> = { A: "127.0.0.11", C: "127.0.0.13", D: "127.0.0.14", E: "127.0.0.15" };
const peerNames = ["A", "C", "D", "E"] as const;

/** Replays a scene: what raced as close together as recorded, everything else in turn. */
export async function replayRace(scene: RaceScene, exchanges: readonly Exchange[]): Promise<TimedAnswer[]> {
  const isSlow = exchanges.some(({ ms }) => ms !== null && ms >= 900);
  const options = {
    timings: { ...slowTimings, removalMs: isSlow ? slowTimings.removalMs : 0 },
    users: ["admin", ...(scene.user ? [scene.user.name] : [])].map((username) => ({
      username,
      password: username === "admin" ? "admin" : rightPassword,
      role: username === "admin" ? ("admin" as const) : ("reader" as const),
    })),
  };
  const replayer = createReplayer(
    Object.fromEntries(peerNames.map((name) => [name, options])),
    (name) => hosts[name] ?? "",
  );
  await prepare(replayer, scene);
  const { clock } = replayer.network;
  const send = async (exchange: Exchange): Promise<TimedAnswer> => {
    const begunMs = clock.now();
    const answer = await replayer.replay(exchange);
    return { exchange, answer, tookMs: clock.now() - begunMs };
  };
  const order = exchanges.toSorted(byStart);
  const isRace = order.some(({ note }) => note.startsWith("race"));
  const replayed: Promise<TimedAnswer>[] = [];
  const begunMs = clock.now();
  for (const exchange of order) {
    await clock.advance(begunMs + startOf(exchange) - clock.now());
    replayed.push(send(exchange));
    if (!isRace) await clock.advanceUntil(Promise.all(replayed));
  }
  return clock.advanceUntil(Promise.all(replayed));
}

async function prepare({ network, peer, logIn }: Replayer, scene: RaceScene): Promise<void> {
  const { master = "A", members = [], user, unreachable } = scene;
  const host = peer(master === "none" ? "A" : master);
  if (master !== "none") await host.promote({ name: "primary" });
  for (const site of members.map(peer)) {
    const token = await site.logIn();
    const name = `joint of ${site.rest.server}`;
    const body = { name, join_token: host.joinToken(), joint_rest_info: site.rest };
    await site.request("POST", "/v1/fed/join", { token, body });
  }
  for (const name of peerNames) await logIn(name);
  for (let open = 0; open < (user?.sessions ?? 0); open++) {
    await peer("C").logIn({ username: user?.name ?? "", password: rightPassword });
  }
  if (unreachable !== undefined) network.setConnectivity(peer(unreachable).rest, "silent");
}

/** Who of a race at the same moment wins is chance: the one that won in the recording begins. */
function byStart(a: Exchange, b: Exchange): number {
  const isJoin = a.path === "/v1/fed/join";
  return startOf(a) - startOf(b) || (isJoin ? a.status - b.status : 0) || a.line - b.line;
}

/** Milliseconds after the begin of the race. In `X at …, Y at … N s later: the Y` it is Y that waits. */
function startOf({ note }: Exchange): number {
  if (note.includes("second, some ms later")) return 5;
  const later = /: (kick|leave) .*, (kick|leave) .* ([\d.]+) s later: the (kick|leave)$/.exec(note);
  if (later !== null) return later[2] === later[4] ? Math.max(1, Number(later[3]) * 1000) : 0;
  const apart = /([\d.]+) s apart, second$/.exec(note);
  return apart === null ? 0 : Number(apart[1]) * 1000;
}
