import { createHash } from "node:crypto";
import { STATUS_CODES } from "node:http";
import { pause } from "./core/context";
import { createController } from "./core/controller";
import type { Controller } from "./core/controller";
import type { ControllerRequest, ControllerResponse, Listener, Outcome } from "./core/message";
import { completeOptions } from "./core/options";
import type { PartialControllerOptions } from "./core/options";
import { TransportFailure } from "./core/ports";
import type { Clock, FederationListener, OutboundCall, OutboundReply, Random, Transport } from "./core/ports";
import type { RestInfo } from "./core/state";
import { createVirtualClock } from "./virtualClock";
import type { VirtualClock } from "./virtualClock";

/** What answers at an address; "silent" takes a call and never answers. */
type Endpoint = ((request: ControllerRequest) => Promise<Outcome>) | "silent";

/** Controllers that live in one process, with virtual time and calls that never leave memory. */
export interface VirtualNetwork {
  readonly clock: VirtualClock;
  readonly addController: (options?: PartialControllerOptions) => VirtualController;
  /** Lets what answers at an address answer at another one too. */
  readonly alias: (address: RestInfo, of: RestInfo) => void;
  /** Cuts an address off, or makes it swallow calls. */
  readonly setConnectivity: (address: RestInfo, path: "refused" | "silent" | "open") => void;
}

export interface VirtualController extends Controller {
  readonly rest: RestInfo;
  readonly federationAddress: RestInfo;
}

const startMs = Date.UTC(2026, 0, 1);

export function createVirtualNetwork(): VirtualNetwork {
  const clock = createVirtualClock(startMs);
  const network = new Map<string, Endpoint>();
  const detours = new Map<string, "refused" | "silent">();
  const transport: Transport = {
    send(call, signal) {
      const endpoint = detours.get(key(call)) ?? network.get(key(call)) ?? "refused";
      return sendInMemory(clock, endpoint, call, signal);
    },
  };
  let count = 0;
  return {
    clock,
    addController(options = {}) {
      count += 1;
      const rest = { server: `c${count}.test`, port: 10443 };
      const federationAddress = { server: `c${count}.test`, port: 11443 };
      const controller = createController(completeOptions(options), {
        clock,
        random: createSeededRandom(`controller ${count}`),
        transport,
        federationListener: networkListener(network, federationAddress, (request) => controller.handle(request)),
      });
      network.set(key(rest), (request) => controller.handle(request));
      return {
        ...controller,
        rest,
        federationAddress,
        async handle(request) {
          const arrived = await receive(clock, await controller.handle(request));
          return typeof arrived === "string" ? "drop" : arrived;
        },
      };
    },
    alias(address, of) {
      network.set(key(address), network.get(key(of)) ?? "silent");
    },
    setConnectivity(address, path) {
      if (path === "open") detours.delete(key(address));
      else detours.set(key(address), path);
    },
  };
}

function key({ server, port }: RestInfo): string {
  return `${server}:${port}`;
}

function networkListener(
  network: Map<string, Endpoint>,
  address: RestInfo,
  endpoint: (request: ControllerRequest) => Promise<Outcome>,
): FederationListener {
  return {
    open: () => Promise.resolve(void network.set(key(address), endpoint)),
    close: () => Promise.resolve(void network.delete(key(address))),
  };
}

async function sendInMemory(
  clock: Clock,
  endpoint: Endpoint | "refused",
  call: OutboundCall,
  signal: AbortSignal,
): Promise<OutboundReply> {
  if (endpoint === "refused") throw new TransportFailure(`dial tcp ${key(call)}: connect: connection refused`);
  const arrived = await Promise.race([
    endpoint === "silent"
      ? new Promise<never>(() => undefined)
      : endpoint(toRequest(call)).then((outcome) => receive(clock, outcome)),
    new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => {
        reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
      });
    }),
  ]);
  if (typeof arrived === "string") throw new TransportFailure(arrived);
  const { status, body } = arrived;
  return { status, statusText: `${status} ${STATUS_CODES[status] ?? ""}`, body };
}

/** The answer when all of it is there, or how the product's client words that the connection ended before. */
async function receive(clock: Clock, outcome: Outcome): Promise<ControllerResponse | "EOF" | "unexpected EOF"> {
  if (outcome === "drop") return "EOF";
  const { delivery, ...response } = outcome;
  if (!delivery) return outcome;
  if (delivery.how === "truncated") return "unexpected EOF";
  await pause(clock, Math.ceil(Buffer.byteLength(response.body) / delivery.bytes) * delivery.everyMs);
  return response;
}

function toRequest({ method, path, headers, body, port }: OutboundCall): ControllerRequest {
  const listener: Listener = port === 11443 ? "federation" : "rest";
  const received = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value]] as const);
  return { listener, method, path, headers: Object.fromEntries(received), body, remote: "memory" };
}

function createSeededRandom(seed: string): Random {
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
