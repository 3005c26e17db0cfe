import { createSessionPool } from "../../provider/src/neuvector/session/sessionPool";
import { diffInputs } from "../../provider/src/resources/fedJoin/diff";
import { createFedJoinLifecycle } from "../../provider/src/resources/fedJoin/lifecycle";
import type { ResourceProps } from "../../provider/src/resources/shared/props";
import type { LifecycleDeps } from "../../provider/src/resources/shared/lifecycle";
import { createSecretReader } from "../../provider/src/system/secretReader";
import { createKeyedMutex, NeuVectorError, type Address } from "@fedjoin/provider/neuvector";
import { type ControllerHandle, createVirtualNetwork } from "@fedjoin/simulator";
import { up, type StoredResource } from "./memoryEngine";
import { virtualPorts } from "./virtualPorts";

/** What a program declares, by store id. */
export type Declared = ReadonlyMap<string, ResourceProps>;

/** Two masters and many sites in memory, and a state of FedJoins as an engine keeps it. */
export interface MemoryDeployment {
  readonly a: ControllerHandle;
  readonly b: ControllerHandle;
  readonly sites: readonly ControllerHandle[];
  readonly state: ReadonlyMap<string, StoredResource>;
  /** Every site as a member of this master; `over` replaces inputs. */
  declare(master: ControllerHandle, over?: ResourceProps): Declared;
  /** Store ids of what a deployment would change. */
  pending(declared: Declared): Promise<string[]>;
  /** Deploys these at once as the engine does: a failure leaves its half in the state. `signal` interrupts. */
  apply(declared: Declared, targets: readonly string[], signal?: AbortSignal): Promise<void>;
  /** What commands work with. */
  parts(signal?: AbortSignal): LifecycleDeps;
  /** Tells of each request before it is sent. */
  watch(listener: (method: string, path: string) => void): void;
  /** Lets a master's members reach it at another address too. */
  alias(address: Address, master: ControllerHandle): void;
  /** Cuts a controller off for everybody, or brings it back. */
  setConnectivity(controller: ControllerHandle, path: "refused" | "open"): void;
  /** What `work` gives, while virtual time goes on as long as it needs. */
  advanceUntil<T>(work: Promise<T>): Promise<T>;
}

const credentials = { username: "admin", password: "admin" };
const retry = { maxRetries: 3, initialDelaySeconds: 2, maxDelaySeconds: 10 };

export async function createMemoryDeployment(count: number): Promise<MemoryDeployment> {
  const world = createVirtualNetwork();
  const [a, b] = [world.addController(), world.addController()];
  const sites = Array.from({ length: count }, () => world.addController());
  for (const [name, master] of [
    ["A", a],
    ["B", b],
  ] as const) {
    await master.promote({ name, rest: master.federationAddress });
  }
  const listeners: ((method: string, path: string) => void)[] = [];
  const inner = virtualPorts(world);
  const ports = {
    ...inner,
    transport: {
      send(request: Parameters<typeof inner.transport.send>[0]) {
        for (const listener of listeners) listener(request.method, request.path);
        if (request.signal?.aborted === true) return Promise.reject(new NeuVectorError("cancelled", "stopped"));
        return inner.transport.send(request);
      },
    },
  };
  const state = new Map<string, StoredResource>();
  const parts = (signal?: AbortSignal): LifecycleDeps => ({
    ...{
      ports,
      sessions: createSessionPool(ports),
      masterLocks: createKeyedMutex(),
      secrets: createSecretReader({}),
      signal,
    },
  });

  const isPending = (storeId: string, news: ResourceProps): boolean => {
    const stored = state.get(storeId);
    return stored === undefined || diffInputs(stored.outs, news).changes;
  };

  const deploy = async (storeId: string, news: ResourceProps, signal?: AbortSignal): Promise<void> => {
    const lifecycle = createFedJoinLifecycle(lifecycleParts(signal));
    const { kept } = await up(lifecycle, state.get(storeId), news);
    if (kept === undefined) state.delete(storeId);
    else state.set(storeId, kept);
  };
  // One process per deployment: its members share sessions and turns.
  let current: { readonly signal: AbortSignal | undefined; readonly parts: LifecycleDeps } | undefined;
  const lifecycleParts = (signal: AbortSignal | undefined): LifecycleDeps => {
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
    setConnectivity({ rest, federationAddress }, path) {
      world.setConnectivity(rest, path);
      world.setConnectivity(federationAddress, path);
    },
    advanceUntil: (work) => world.clock.advanceUntil(work),
  };
}
