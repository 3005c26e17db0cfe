import * as z from "zod";
import type { Reply } from "../controllerHandle";
import type { KeyPair } from "../certificates";
import { encodeJoinToken } from "../core/tokens";
import { freePort } from "../freePort";
import { startController } from "../startController";
import type { SimulatedController } from "../startController";
import { startTcpRelay } from "./tcpRelay";
import type { TcpRelay } from "./tcpRelay";
import { apiKeyOf, joinTokenKind, newPasswordOf, passwordOf, sessionUser } from "./plan";
import type { Segment } from "./plan";
import type { Exchange, PeerName } from "./recording";

/** The controllers of one segment and what stands for the recording's ports, ids, tokens and sessions. */
export interface Replayer {
  readonly peers: Partial<Record<PeerName, SimulatedController>>;
  readonly paths: { readonly toMaster: TcpRelay; readonly toB: TcpRelay };
  /** Latest session token by peer and user, such as "A admin". */
  readonly sessions: Map<string, string>;
  /** The live answer to a recorded request, with the recording's ports and ids in its text. Rejects when none comes. */
  replay(exchange: Exchange): Promise<Reply>;
  close(): Promise<void>;
}

const nowhere = { server: "127.0.0.1", port: 0 };

export async function startReplayer(segment: Segment, ca: KeyPair): Promise<Replayer> {
  const started = await Promise.all(
    Object.entries(segment.peers).map(
      async ([name, options]) =>
        [name, await startController({ ...options, timings: segment.timings ?? {}, certificate: { ca } })] as const,
    ),
  );
  const peers: Partial<Record<PeerName, SimulatedController>> = Object.fromEntries(started);
  const relays = {
    toMaster: await startTcpRelay(peers.A?.federationAddress ?? nowhere),
    toB: await startTcpRelay(peers.B?.rest ?? nowhere),
    toC: await startTcpRelay(peers.C?.rest ?? nowhere),
    blackHole: await startTcpRelay(nowhere, "held"),
  };
  const ports = new Map([
    [20443, peers.A?.rest.port ?? 0],
    [21543, relays.toMaster.port],
    [22543, relays.toB.port],
    [24543, relays.toC.port],
    [25998, await freePort("127.0.0.1")],
    [25999, await freePort("127.0.0.1")],
    [26999, relays.blackHole.port],
  ]);
  const ids = new Map<string, string>();
  const sessions = new Map<string, string>();
  for (const name of segment.loggedIn ?? []) {
    const peer = peers[name];
    if (peer) sessions.set(`${name} admin`, await peer.logIn());
  }

  return {
    peers,
    paths: relays,
    sessions,
    async replay(exchange) {
      const peer = peers[exchange.peer === "A-fed" ? "A" : exchange.peer];
      if (!peer) throw new Error(`no peer ${exchange.peer} at line ${exchange.line}`);
      const { body, username } = liveBody(exchange, peers.A);
      const live = await peer.request(exchange.method, replaceAll(exchange.path, ids), {
        to: exchange.peer === "A-fed" ? "federation" : "rest",
        headers: liveHeaders(exchange, sessions),
        ...(body !== undefined && { body: replaceAll(replaceAll(body, ports), ids) }),
      });
      const token = loginAnswer.safeParse(live.body);
      if (exchange.path.startsWith("/v1/auth") && token.success) {
        sessions.set(`${exchange.peer} ${username}`, token.data.token.token);
      }
      learnIds(exchange.body, live.body, ids);
      const text = replaceAll(replaceAll(live.text, inverse(ports)), inverse(ids));
      return { ...live, text, body: live.body === undefined ? undefined : JSON.parse(text) };
    },
    async close() {
      await Promise.all([...started.map(([, peer]) => peer.close()), ...Object.values(relays).map((r) => r.close())]);
    },
  };
}

const loginAnswer = z.object({ token: z.object({ token: z.string().min(1) }) });

function liveHeaders(exchange: Exchange, sessions: ReadonlyMap<string, string>): Record<string, string> {
  const user = sessionUser(exchange);
  const values: Readonly<Record<string, string>> = {
    "<X-AUTH-TOKEN>": sessions.get(`${exchange.peer} ${user ?? ""}`) ?? "no session",
    "<X-AUTH-APIKEY>": apiKeyOf(exchange),
  };
  return Object.fromEntries(
    Object.entries(exchange.req_headers).map(([name, value]) => [name, values[value] ?? value]),
  );
}

const rawBody = z.object({ _raw: z.string() });
const loginBody = z.object({
  password: z.object({ username: z.unknown(), password: z.string(), new_password: z.string().optional() }),
});
const joinBody = z.looseObject({ join_token: z.literal("<JOIN_TOKEN>") });

function liveBody(exchange: Exchange, master: SimulatedController | undefined) {
  const recorded = exchange.req_body;
  const raw = rawBody.safeParse(recorded);
  if (raw.success) return { body: raw.data._raw, username: "" };
  if (recorded === null) return { body: undefined, username: "" };
  const login = loginBody.safeParse(recorded);
  if (login.success) {
    const { username, password, new_password: offered } = login.data.password;
    const live = {
      ...login.data.password,
      password: password === "" ? "" : passwordOf(exchange, String(username)),
      ...(offered !== undefined && { new_password: offered === "" ? "" : newPasswordOf(exchange) }),
    };
    return { body: JSON.stringify({ password: live }), username: String(username) };
  }
  const join = joinBody.safeParse(recorded);
  const body = join.success ? { ...join.data, join_token: liveJoinToken(exchange, master) } : recorded;
  return { body: JSON.stringify(body), username: "" };
}

function liveJoinToken(exchange: Exchange, master: SimulatedController | undefined): string {
  const wrapped = (ticket: string) => encodeJoinToken({ server: "127.0.0.1", port: 21543, ticket });
  switch (joinTokenKind(exchange)) {
    case "live":
      return master?.joinToken() ?? "";
    case "expired":
      return master?.joinToken(-1) ?? "";
    case "no base64":
      return "no base64!";
    case "no ticket":
      return wrapped("");
    case "bad ticket":
      return wrapped(Buffer.alloc(48, "x").toString("base64"));
    case "bad base64 ticket":
      return wrapped("!!!!");
  }
}

/** Remembers which live id stands for which recorded one, wherever both bodies carry one. */
function learnIds(recorded: unknown, live: unknown, ids: Map<string, string>): void {
  if (typeof recorded !== "object" || recorded === null || typeof live !== "object" || live === null) return;
  const members = new Map(Object.entries(live));
  for (const [name, value] of Object.entries(recorded)) {
    const other: unknown = members.get(name);
    if (name === "id" && isId(value) && isId(other)) ids.set(value, other);
    else learnIds(value, other, ids);
  }
}

function isId(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{32}$/.test(value);
}

/** The text with every whole-word occurrence of a key replaced by its value. */
function replaceAll(text: string, pairs: ReadonlyMap<string | number, string | number>): string {
  const words = new Map([...pairs].map(([from, to]) => [String(from), String(to)]));
  return text.replace(/\b(?:[0-9]{5}|[0-9a-f]{32})\b/g, (word) => words.get(word) ?? word);
}

function inverse<A, B>(pairs: ReadonlyMap<A, B>): Map<B, A> {
  return new Map([...pairs].map(([from, to]) => [to, from]));
}
