import { createHash } from "node:crypto";
import { createController } from "./core/controller";
import type { Controller } from "./core/controller";
import type { ControllerRequest, Listener, Outcome } from "./core/message";
import { defaultOptions } from "./core/options";
import type { ControllerOptions } from "./core/options";
import { TransportFailure } from "./core/ports";
import type { Clock, FederationListener, OutboundCall, Random, Transport } from "./core/ports";
import type { RestInfo } from "./core/state";

/** What answers at an address; "silent" takes a call and never answers. */
type Endpoint = ((request: ControllerRequest) => Promise<Outcome>) | "silent";

/** A clock that stands still until a test moves it. */
interface VirtualClock extends Clock {
  /** Lets this much time pass, running every timer that falls due and all that follows from it. */
  readonly advance: (durationMs: number) => Promise<void>;
}

/** Controllers that live in one process, with virtual time and calls that never leave memory. */
export interface MemoryWorld {
  readonly clock: VirtualClock;
  readonly add: (options?: Partial<ControllerOptions>) => MemoryController;
  /** Cuts an address off, or makes it swallow calls. */
  readonly setPath: (address: RestInfo, path: "refused" | "silent" | "open") => void;
}

export interface MemoryController extends Controller {
  readonly rest: RestInfo;
  readonly federationAddress: RestInfo;
}

const startMs = Date.UTC(2026, 0, 1);

export function createMemoryWorld(): MemoryWorld {
  const clock = createVirtualClock(startMs);
  const network = new Map<string, Endpoint>();
  const detours = new Map<string, "refused" | "silent">();
  const transport: Transport = {
    send: (call, signal) => sendInMemory(detours.get(key(call)) ?? network.get(key(call)) ?? "refused", call, signal),
  };
  let count = 0;
  return {
    clock,
    add(options = {}) {
      count += 1;
      const rest = { server: `c${count}.test`, port: 10443 };
      const federationAddress = { server: `c${count}.test`, port: 11443 };
      const controller = createController(
        { ...defaultOptions, ...options },
        {
          clock,
          random: createSeededRandom(`controller ${count}`),
          transport,
          federationListener: networkListener(network, federationAddress, (request) => controller.handle(request)),
        },
      );
      network.set(key(rest), (request) => controller.handle(request));
      return { ...controller, rest, federationAddress };
    },
    setPath(address, path) {
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

async function sendInMemory(endpoint: Endpoint | "refused", call: OutboundCall, signal: AbortSignal) {
  if (endpoint === "refused") throw new TransportFailure(`dial tcp ${key(call)}: connect: connection refused`);
  const outcome = await Promise.race([
    endpoint === "silent" ? new Promise<never>(() => undefined) : endpoint(toRequest(call)),
    new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => {
        reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
      });
    }),
  ]);
  if (outcome === "drop") throw new TransportFailure("EOF");
  return { status: outcome.status, statusText: String(outcome.status), body: outcome.body };
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

function createVirtualClock(start: number): VirtualClock {
  let nowMs = start;
  let order = 0;
  const timers = new Map<number, { readonly dueMs: number; readonly task: () => void }>();
  return {
    now: () => nowMs,
    after(delayMs, task) {
      const id = order++;
      timers.set(id, { dueMs: nowMs + delayMs, task });
      return { cancel: () => void timers.delete(id) };
    },
    async advance(durationMs) {
      const endMs = nowMs + durationMs;
      for (;;) {
        await settle();
        const next = [...timers].filter(([, { dueMs }]) => dueMs <= endMs).sort(earliestFirst)[0];
        if (!next) break;
        const [id, { dueMs, task }] = next;
        timers.delete(id);
        nowMs = dueMs;
        task();
      }
      nowMs = endMs;
    },
  };
}

function earliestFirst([a, x]: [number, { dueMs: number }], [b, y]: [number, { dueMs: number }]): number {
  return x.dueMs - y.dueMs || a - b;
}

/** Lets every promise that can go on do so: nothing in memory waits for real time. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
