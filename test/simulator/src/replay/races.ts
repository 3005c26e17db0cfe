import { createVirtualNetwork } from "../virtualNetwork";
import type { ControllerHandle, Reply } from "../controllerHandle";
import type { VirtualNetwork } from "../virtualNetwork";
import { slowTimings } from "../core/options";
import type { RacingExchange } from "./recording";

/** Fresh controllers for exchanges that happened together, with what was so before them. */
export interface RaceScenario {
  readonly name: string;
  readonly lines: readonly number[];
  /** Peers that are members of A when it begins; D and E are for themselves otherwise. */
  readonly members?: readonly ("C" | "D" | "E")[];
  /** The master, where it is not A. */
  readonly master?: "E";
  /** A member that answers nothing. */
  readonly unreachable?: "C";
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const pair = (name: string, first: number, members: RaceScenario["members"] = ["E"]): RaceScenario => ({
  name: `${name} (${first})`,
  lines: [first, first + 1],
  members,
});

export const raceScenarios: readonly RaceScenario[] = [
  { name: "promote", lines: [1] },
  { name: "kick", lines: [2], members: ["E"] },
  { name: "default password", lines: [3, 4], members: ["D"] },
  { name: "users", lines: range(5, 9) },
  { name: "32 sessions", lines: range(10, 16) },
  ...[17, 19, 21, 23, 25].map((line) => pair("two leaves", line)),
  ...[27, 29, 31, 33, 35].map((line) => pair("kick and leave", line)),
  ...[37, 39, 41].map((line) => pair("leave and kick", line)),
  ...[43, 45, 47].map((line) => pair("two joins", line, [])),
  { name: "standalone", lines: [49] },
  { name: "unreachable (50)", lines: [50], members: ["C"], unreachable: "C" },
  { name: "unreachable (51)", lines: [51], members: ["C"], unreachable: "C" },
  { name: "demote", lines: [52], members: ["C"], master: "E" },
  { name: "settings of a joint", lines: [53, 54], members: ["C"] },
];

/** The live answer to a recorded request, and how long it took in virtual time. */
export interface ReplayedExchange {
  readonly exchange: RacingExchange;
  readonly answer: Reply;
  readonly tookMs: number;
}

type Peer = RacingExchange["peer"];
const anotherPassword = "Right-pw-1";

/** Replays a scene: pairs of a race at once, `N s later` as recorded, everything else in turn. */
export async function replayRace(
  scene: RaceScenario,
  exchanges: readonly RacingExchange[],
): Promise<ReplayedExchange[]> {
  const world = createVirtualNetwork();
  const isSlow = exchanges.some(({ ms }) => ms !== null && ms >= 900);
  const timings = { ...slowTimings, removalMs: isSlow ? slowTimings.removalMs : 0 };
  const peers: Record<Peer, ControllerHandle> = {
    A: world.addController({ timings }),
    C: world.addController({ timings }),
    D: world.addController({ timings }),
    E: world.addController({ timings }),
  };
  const master = peers[scene.master ?? "A"];
  if (scene.name !== "promote") await master.promote({ name: "primary", rest: master.federationAddress });
  for (const name of scene.members ?? []) await join(peers[name], master);
  if (scene.name === "users") await addReader(peers.C);
  const send = await sender(scene, world, peers, master);
  if (scene.unreachable !== undefined) world.setConnectivity(peers[scene.unreachable].rest, "silent");
  const order = exchanges.toSorted(byStart);
  if (!order.some(({ note }) => note.startsWith("race"))) {
    const replayed: ReplayedExchange[] = [];
    for (const exchange of order) replayed.push(await world.clock.advanceUntil(send(exchange)));
    return replayed;
  }
  let elapsedMs = 0;
  const under: Promise<ReplayedExchange>[] = [];
  for (const exchange of order) {
    await world.clock.advance(startOf(exchange) - elapsedMs);
    elapsedMs = startOf(exchange);
    under.push(send(exchange));
  }
  return world.clock.advanceUntil(Promise.all(under));
}

/** Who of a race at the same moment wins is chance: the one that won in the recording begins. */
function byStart(a: RacingExchange, b: RacingExchange): number {
  return startOf(a) - startOf(b) || (isJoin(a) ? a.status - b.status : 0) || a.line - b.line;
}

/** Milliseconds after the begin of the race. In `X at …, Y at … N s later: the Y` it is Y that waits. */
function startOf(exchange: RacingExchange): number {
  const { note } = exchange;
  if (note.includes("second, some ms later")) return 5;
  const later = /: (kick|leave) .*, (kick|leave) .* ([\d.]+) s later: the (kick|leave)$/.exec(note);
  if (later !== null) return later[2] === later[4] ? Math.max(1, Number(later[3]) * 1000) : 0;
  const apart = /([\d.]+) s apart, second$/.exec(note);
  return apart === null ? 0 : Number(apart[1]) * 1000;
}

function isJoin({ path }: RacingExchange): boolean {
  return path === "/v1/fed/join";
}

async function join(site: ControllerHandle, master: ControllerHandle): Promise<void> {
  const body = { name: `joint of ${site.rest.server}`, join_token: master.joinToken(), joint_rest_info: site.rest };
  await site.request("POST", "/v1/fed/join", { token: await site.logIn(), body });
}

async function addReader(controller: ControllerHandle): Promise<void> {
  const user = { fullname: "metrics-reader", username: "metrics-reader", password: anotherPassword, role: "reader" };
  await controller.request("POST", "/v1/user", { token: await controller.logIn(), body: { user } });
}

async function sender(
  scene: RaceScenario,
  { clock }: VirtualNetwork,
  peers: Readonly<Record<Peer, ControllerHandle>>,
  master: ControllerHandle,
): Promise<(exchange: RacingExchange) => Promise<ReplayedExchange>> {
  const tokens = new Map<Peer, string>();
  for (const name of ["A", "C", "D", "E"] as const) tokens.set(name, await peers[name].logIn());
  const id = master.state.federation.role === "master" ? (master.members()[0]?.id ?? "") : "";
  return async (exchange) => {
    const { peer, method } = exchange;
    const isFull = scene.name === "32 sessions" && exchange.path === "/v1/auth";
    if (isFull)
      for (let open = 0; open < 32; open++)
        await peers.C.logIn({ username: "many", password: anotherPassword }).catch(() => "");
    const path = exchange.path.replace(/(?<=\/cluster\/).*/, id);
    const begunMs = clock.now();
    const token = "X-Auth-Token" in exchange.req_headers ? tokens.get(peer) : undefined;
    const answer = await peers[peer].request(method, path, {
      ...(token !== undefined && { token }),
      body: liveBody(exchange.req_body, peers[peer], master),
    });
    return { exchange, answer, tookMs: clock.now() - begunMs };
  };
}

/** The recorded body with a password, a join token and addresses of these controllers. */
function liveBody(recorded: unknown, peer: ControllerHandle, master: ControllerHandle): unknown {
  if (recorded === null) return undefined;
  const text = JSON.stringify(recorded, (key, value: unknown) => {
    if (value === "<JOIN_TOKEN>") return master.joinToken();
    if (key === "joint_rest_info" || key === "rest_info") return peer.rest;
    return value;
  });
  return text.replaceAll("<PASSWORD>", text.includes('"admin"') ? "admin" : anotherPassword);
}
