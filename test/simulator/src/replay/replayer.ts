import * as z from "zod";
import type { ControllerHandle } from "../controllerHandle";
import type { PartialControllerOptions } from "../core/options";
import { parseJson } from "../core/requestBody";
import { createVirtualNetwork, type VirtualNetwork } from "../virtualNetwork";
import { replayedAnswer, type ComparableAnswer } from "./comparableAnswer";
import type { Exchange } from "./recording";

export type PeerName = Exclude<Exchange["peer"], "A-fed">;

/** What the recording does not say of a request. */
export interface Hidden {
  /** Whose latest session it carried; default the admin's. */
  readonly user?: string;
  readonly apiKey?: string;
  /** Default the right one. */
  readonly password?: string;
  readonly newPassword?: string;
  /** Default a good one. */
  readonly joinToken?: (master: ControllerHandle) => string;
}

/** Simulated controllers that take the place of the recorded ones, with their addresses. */
export interface Replayer {
  readonly network: VirtualNetwork;
  readonly peer: (name: PeerName) => ControllerHandle;
  /** Latest session token by peer and user, such as "A admin". */
  readonly sessions: Map<string, string>;
  /** Logs a peer's admin in. */
  readonly logIn: (name: PeerName) => Promise<void>;
  /** The live answer to a recorded request, with the recorded ids. */
  readonly replay: (exchange: Exchange, hidden?: Hidden) => Promise<ComparableAnswer>;
}

/** The password of every user but `admin`. */
export const rightPassword = "Right-pw-1";

export function createReplayer(
  peers: Partial<Record<PeerName, PartialControllerOptions>>,
  hostOf: (name: string) => string,
): Replayer {
  const network = createVirtualNetwork();
  const handles = new Map(
    Object.entries(peers).map(([name, options]) => [name, network.addController(options, hostOf(name))]),
  );
  const sessions = new Map<string, string>();
  const ids = new Map<string, string>();
  const peer = (name: PeerName): ControllerHandle => {
    const handle = handles.get(name);
    if (!handle) throw new Error(`there is no peer ${name}`);
    return handle;
  };
  const master = () => [...handles.values()].find(({ role }) => role === "master");

  return {
    network,
    peer,
    sessions,
    async logIn(name) {
      sessions.set(`${name} admin`, await peer(name).logIn());
    },
    async replay(exchange, hidden = {}) {
      const { line, method, req_headers, req_body } = exchange;
      const [member] = master()?.members() ?? [];
      const path = exchange.path.replace(/(?<=\/cluster\/)[0-9a-f]{32}/, (id) => ids.get(id) ?? member?.id ?? id);
      const session = sessions.get(`${exchange.peer} ${hidden.user ?? "admin"}`) ?? "no session";
      const headers = Object.entries(req_headers).map(([name, value]) => [
        name.toLowerCase(),
        [value === "<X-AUTH-TOKEN>" ? session : value === "<X-AUTH-APIKEY>" ? (hidden.apiKey ?? "") : value],
      ]);
      const address = exchange.peer === "A-fed" ? peer("A").federationAddress : peer(exchange.peer).rest;
      const reply = await network.send(address, {
        method,
        path: replaceIds(path, ids),
        headers: Object.fromEntries(headers) as Record<string, readonly string[]>,
        body: replaceIds(liveBody(req_body, hidden, master()), ids),
      });
      if (typeof reply === "string") return replayedAnswer(line, reply);
      const body = parseJson(reply.body);
      const login = loginAnswer.safeParse(body);
      if (path.startsWith("/v1/auth") && login.success)
        sessions.set(`${exchange.peer} ${usernameOf(req_body)}`, login.data.token.token);
      learnIds(exchange.body, body, ids);
      return replayedAnswer(line, { ...reply, body: replaceIds(reply.body, inverse(ids)) });
    },
  };
}

const loginAnswer = z.object({ token: z.object({ token: z.string().min(1) }) });
const loginBody = z.object({ password: z.object({ username: z.string() }) });
const rawBody = z.object({ _raw: z.string() });

const usernameOf = (body: unknown): string => loginBody.safeParse(body).data?.password.username ?? "";

/** The recorded body with what the recording replaced by words in angle brackets. */
function liveBody(recorded: unknown, hidden: Hidden, master: ControllerHandle | undefined): string {
  const raw = rawBody.safeParse(recorded);
  if (raw.success) return raw.data._raw;
  if (recorded === null) return "";
  const values: Readonly<Record<string, () => string>> = {
    "<PASSWORD>": () => hidden.password ?? (usernameOf(recorded) === "admin" ? "admin" : rightPassword),
    "<NEW_PASSWORD>": () => hidden.newPassword ?? "",
    "<JOIN_TOKEN>": () => (master ? (hidden.joinToken ?? goodToken)(master) : ""),
  };
  return JSON.stringify(recorded, (_, value: unknown) =>
    typeof value === "string" ? (values[value]?.() ?? value) : value,
  );
}

const goodToken = (master: ControllerHandle): string => master.joinToken();

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

const isId = (value: unknown): value is string => typeof value === "string" && /^[0-9a-f]{32}$/.test(value);

const replaceIds = (text: string, ids: ReadonlyMap<string, string>): string =>
  text.replace(/\b[0-9a-f]{32}\b/g, (id) => ids.get(id) ?? id);

const inverse = (ids: ReadonlyMap<string, string>) => new Map([...ids].map(([from, to]) => [to, from]));
