import { createHash } from "node:crypto";
import { STATUS_CODES } from "node:http";
import { createHandle, requestHeaders, serializeBody, type ControllerHandle } from "./controllerHandle";
import { pause } from "./core/context";
import { createController } from "./core/controller";
import type { ControllerRequest, ControllerResponse, Outcome } from "./core/message";
import { completeOptions, type PartialControllerOptions } from "./core/options";
import { TransportFailure, type OutboundCall, type OutboundReply, type Random, type Transport } from "./core/ports";
import { parseJson } from "./core/requestBody";
import type { RestInfo } from "./core/state";
import { createVirtualClock, type VirtualClock } from "./virtualClock";

/** A request as it arrives at an address, which decides the listener. */
export type VirtualRequest = Pick<ControllerRequest, "method" | "path" | "headers" | "body">;

/** What a server at an address answers. */
export type VirtualServer = (request: VirtualRequest) => Promise<Outcome>;

/** A whole response, or how the connection failed. */
export type VirtualReply = ControllerResponse | "refused" | "EOF" | "unexpected EOF";

/** A message of a controller to another one. */
export interface VirtualMessage {
  /** The host that sends it. */
  readonly from: string;
  readonly to: RestInfo;
  readonly request: VirtualRequest;
}

export interface VirtualNetworkOptions {
  /** Carries each message between two controllers; by default it is there at once. */
  readonly carry?: (message: VirtualMessage, deliver: () => Promise<VirtualReply>) => Promise<VirtualReply>;
  /** The randomness of the controller on this host; by default the same in each network. */
  readonly random?: (host: string) => Random;
  /** How the clock lets promises go on. */
  readonly settle?: () => Promise<void>;
}

/** Simulated controllers in one process: virtual time, and requests that never leave memory. */
export interface VirtualNetwork {
  readonly clock: VirtualClock;
  /** A controller on a host of its own; by default `c1.test`, `c2.test` and so on. */
  readonly addController: (options?: PartialControllerOptions, host?: string) => ControllerHandle;
  /** Any other server. */
  readonly addServer: (address: RestInfo, server: VirtualServer) => void;
  /** Makes what answers at `target` answer at another address too. */
  readonly alias: (address: RestInfo, target: RestInfo) => void;
  /** "refused" breaks connections to an address, of everybody or of other controllers; "silent" never answers them. */
  readonly setConnectivity: (
    address: RestInfo,
    connectivity: "refused" | "silent" | "open",
    of?: "everybody" | "controllers",
  ) => void;
  readonly send: (address: RestInfo, request: VirtualRequest) => Promise<VirtualReply>;
}

const startMs = Date.UTC(2026, 0, 1);

export function createVirtualNetwork({
  carry = (_, deliver) => deliver(),
  random,
  settle,
}: VirtualNetworkOptions = {}): VirtualNetwork {
  const clock = createVirtualClock(startMs, settle);
  const servers = new Map<string, VirtualServer>();
  const disturbed = {
    everybody: new Map<string, "refused" | "silent">(),
    controllers: new Map<string, "refused" | "silent">(),
  };
  let count = 0;

  const deliver = async (address: RestInfo, request: VirtualRequest, isController: boolean): Promise<VirtualReply> => {
    const at = key(address);
    const connectivity = disturbed.everybody.get(at) ?? (isController ? disturbed.controllers.get(at) : undefined);
    if (connectivity === "silent") return new Promise<never>(() => undefined);
    const server = connectivity === undefined ? servers.get(at) : undefined;
    return server === undefined ? "refused" : receive(clock, await server(request));
  };
  const setConnectivity: VirtualNetwork["setConnectivity"] = (address, connectivity, of = "everybody") => {
    if (connectivity === "open") disturbed[of].delete(key(address));
    else disturbed[of].set(key(address), connectivity);
  };
  const transportOf = (host: string): Transport => ({
    send(call, signal) {
      const message = { from: host, to: call, request: toRequest(call) };
      const sending = carry(message, () => deliver(call, message.request, true));
      return sendForController(sending, call, signal);
    },
  });

  return {
    clock,
    send: (address, request) => deliver(address, request, false),
    setConnectivity,
    addServer: (address, server) => void servers.set(key(address), server),
    alias: (address, target) => void servers.set(key(address), (request) => serverAt(servers, target)(request)),
    addController(options = {}, host = `c${count + 1}.test`) {
      count += 1;
      const rest = { server: host, port: 10443 };
      const federationAddress = { server: host, port: 11443 };
      const completed = completeOptions(options);
      const controller = createController(completed, {
        clock,
        random: random?.(host) ?? createControllerRandom(`controller ${count}`),
        transport: transportOf(host),
        federationListener: {
          open: () => Promise.resolve(void servers.set(key(federationAddress), serve("federation"))),
          close: () => Promise.resolve(void servers.delete(key(federationAddress))),
        },
      });
      const serve =
        (listener: ControllerRequest["listener"]): VirtualServer =>
        (request) =>
          controller.handle({ ...request, listener, remote: "memory" });
      servers.set(key(rest), serve("rest"));
      const setBoth = (connectivity: "refused" | "open"): Promise<void> => {
        for (const address of [rest, federationAddress]) setConnectivity(address, connectivity);
        return Promise.resolve();
      };
      const [admin = { username: "", password: "" }] = completed.users;
      return createHandle(controller, {
        rest,
        federationAddress,
        admin,
        goOffline: () => setBoth("refused"),
        goOnline: () => setBoth("open"),
        async request(method, path, { to = "rest", body, ...options } = {}) {
          const headers = arrivedHeaders(requestHeaders(options));
          const outcome = await serve(to)({ method, path, headers, body: serializeBody(body) });
          const reply = await receive(clock, outcome);
          if (typeof reply === "string") throw new Error(`connection dropped: ${reply}`);
          return { status: reply.status, headers: reply.headers, text: reply.body, body: parseJson(reply.body) };
        },
      });
    },
  };
}

function key({ server, port }: RestInfo): string {
  return `${server}:${port}`;
}

function serverAt(servers: ReadonlyMap<string, VirtualServer>, address: RestInfo): VirtualServer {
  return servers.get(key(address)) ?? (() => Promise.resolve("drop"));
}

async function sendForController(
  sending: Promise<VirtualReply>,
  call: OutboundCall,
  signal: AbortSignal,
): Promise<OutboundReply> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
    });
  });
  const reply = await Promise.race([sending, aborted]);
  if (reply === "refused") throw new TransportFailure(`dial tcp ${key(call)}: connect: connection refused`);
  if (typeof reply === "string") throw new TransportFailure(reply);
  const { status, body } = reply;
  return { status, statusText: `${status} ${STATUS_CODES[status] ?? ""}`, body };
}

/** The response once all of it has arrived, or how the product's client words that the connection ended before. */
async function receive(clock: VirtualClock, outcome: Outcome): Promise<ControllerResponse | "EOF" | "unexpected EOF"> {
  if (outcome === "drop") return "EOF";
  const { delivery, ...response } = outcome;
  if (!delivery) return outcome;
  if (delivery.how === "truncated") return "unexpected EOF";
  await pause(clock, Math.ceil(Buffer.byteLength(response.body) / delivery.bytes) * delivery.everyMs);
  return response;
}

function toRequest({ method, path, headers, body }: OutboundCall): VirtualRequest {
  return { method, path, headers: arrivedHeaders(headers), body };
}

/** Headers as Node gives those of a request: lower-case names, a list of values for each. */
function arrivedHeaders(
  headers: Readonly<Record<string, string | readonly string[]>>,
): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), typeof value === "string" ? [value] : value]),
  );
}

function createControllerRandom(seed: string): Random {
  let block = 0;
  return {
    bytes(count) {
      const chunks: Buffer[] = [];
      for (let length = 0; length < count; length += 32) {
        chunks.push(createHash("sha256").update(`${seed} ${block++}`).digest());
      }
      return Buffer.concat(chunks).subarray(0, count);
    },
  };
}
