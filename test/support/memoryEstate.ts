import {
  createLifecycle,
  createSessions,
  createSystemSecrets,
  createTurns,
  diffInputs,
  NeuVectorError,
  type Address,
  type LifecycleParts,
  type Stored,
} from "@fedjoin/provider";
import { createMemoryWorld, type MemoryController } from "../simulator/memoryWorld";
import { up, type Kept } from "./memoryEngine";
import { memoryPorts } from "./memoryPorts";
import { passTime } from "./passTime";

/** What a program declares, by store id. */
export type Declared = ReadonlyMap<string, Stored>;

/** Two masters and many sites in memory, and a state of FedJoins as an engine keeps it. */
export interface MemoryEstate {
  readonly a: MemoryController;
  readonly b: MemoryController;
  readonly sites: readonly MemoryController[];
  readonly state: ReadonlyMap<string, Kept>;
  /** Every site as a member of this master; `over` replaces inputs. */
  declare(master: MemoryController, over?: Stored): Declared;
  /** Store ids of what a deployment would change. */
  pending(declared: Declared): Promise<string[]>;
  /** Deploys these at once as the engine does: a failure leaves its half in the state. `signal` interrupts. */
  apply(declared: Declared, targets: readonly string[], signal?: AbortSignal): Promise<void>;
  /** What commands work with. */
  parts(signal?: AbortSignal): LifecycleParts;
  /** Tells of each request before it is sent. */
  watch(listener: (method: string, path: string) => void): void;
  /** Lets a master's members reach it at another address too. */
  alias(address: Address, master: MemoryController): void;
  /** Cuts a controller off for everybody, or brings it back. */
  setPath(controller: MemoryController, path: "refused" | "open"): void;
  /** What `work` gives, while virtual time goes on as long as it needs. */
  passTime<T>(work: Promise<T>): Promise<T>;
}

const credentials = { username: "admin", password: "admin" };
const retry = { maxRetries: 3, initialDelaySeconds: 2, maxDelaySeconds: 10 };

export async function createMemoryEstate(count: number): Promise<MemoryEstate> {
  const world = createMemoryWorld();
  const [a, b] = [world.add(), world.add()];
  const sites = Array.from({ length: count }, () => world.add());
  for (const [name, master] of [
    ["A", a],
    ["B", b],
  ] as const) {
    await master.promote({ name, rest: master.federationAddress });
  }
  const cut = new Set<string>();
  const listeners: ((method: string, path: string) => void)[] = [];
  const inner = memoryPorts(world, [a, b, ...sites]);
  const ports = {
    ...inner,
    transport: {
      send(request: Parameters<typeof inner.transport.send>[0]) {
        for (const listener of listeners) listener(request.method, request.path);
        if (request.signal?.aborted === true) return Promise.reject(new NeuVectorError("cancelled", "stopped"));
        if (cut.has(request.target.server)) return Promise.reject(new NeuVectorError("network", "ECONNREFUSED"));
        return inner.transport.send(request);
      },
    },
  };
  const state = new Map<string, Kept>();
  const parts = (signal?: AbortSignal): LifecycleParts => ({
    ...{ ports, sessions: createSessions(ports), turns: createTurns(), secrets: createSystemSecrets({}), signal },
  });

  const isPending = (storeId: string, news: Stored): boolean => {
    const stored = state.get(storeId);
    return stored === undefined || diffInputs(stored.outs, news).changes;
  };

  const deploy = async (storeId: string, news: Stored, signal?: AbortSignal): Promise<void> => {
    const lifecycle = createLifecycle(lifecycleParts(signal));
    const { kept } = await up(lifecycle, state.get(storeId), news);
    if (kept === undefined) state.delete(storeId);
    else state.set(storeId, kept);
  };
  // One process per deployment: its members share sessions and turns.
  let current: { readonly signal: AbortSignal | undefined; readonly parts: LifecycleParts } | undefined;
  const lifecycleParts = (signal: AbortSignal | undefined): LifecycleParts => {
    if (current === undefined || current.signal !== signal) current = { signal, parts: parts(signal) };
    return current.parts;
  };

  return {
    a,
    b,
    sites,
    state,
    parts,
    declare: (master, over = {}) =>
      new Map(
        sites.map((site, index) => [
          `s${index}`,
          {
            storeId: `s${index}`,
            master: { rest: master.rest, federation: master.federationAddress, credentials },
            controller: { ...site.rest, credentials },
            jointRest: site.rest,
            retry,
            ...over,
          },
        ]),
      ),
    pending: (declared) => Promise.resolve([...declared].filter(([id, news]) => isPending(id, news)).map(([id]) => id)),
    async apply(declared, targets, signal) {
      const wave = targets.flatMap((id) => {
        const news = declared.get(id);
        return news === undefined ? [] : [deploy(id, news, signal)];
      });
      await Promise.allSettled(wave);
    },
    watch: (listener) => void listeners.push(listener),
    alias(address, master) {
      world.alias(address, master.federationAddress);
    },
    setPath({ rest, federationAddress }, path) {
      if (path === "refused") cut.add(rest.server);
      else cut.delete(rest.server);
      world.setPath(rest, path);
      world.setPath(federationAddress, path);
    },
    passTime: (work) => passTime(world.clock, work),
  };
}
