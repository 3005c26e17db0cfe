import {
  createLifecycle,
  createSessions,
  createSystemSecrets,
  createTurns,
  NeuVectorError,
  type Lifecycle,
  type Ports,
  type Stored,
  type TransportRequest,
} from "@fedjoin/provider";
import { createMemoryWorld, type MemoryController } from "../simulator/memoryWorld";
import { memoryPorts } from "./memoryPorts";
import { passTime } from "./passTime";

/** Two masters and two sites in memory, driven by processes that can be killed between any two requests. */
export interface MoveWorld {
  readonly a: MemoryController;
  readonly b: MemoryController;
  readonly site: MemoryController;
  /** A second site, which no resource declares. */
  readonly neighbour: MemoryController;
  /** What was sent since the last `forget`, as `METHOD host path`. */
  readonly sent: readonly string[];
  readonly logged: readonly string[];
  forget(): void;
  /** The site as a member of this master; `over` replaces inputs. */
  declare(master: MemoryController, over?: Stored): Stored;
  /** What `work` gives with the lifecycle of a new process. Killed after so many requests, nothing that it does has an effect any more. */
  run<T>(work: (lifecycle: Lifecycle) => Promise<T>, killAfter?: number): Promise<T>;
  /** Answers in place of the network, by `METHOD host path`: the host does not answer. */
  readonly silent: Set<string>;
  /** Cuts a controller off from the other controllers. */
  cut(controller: MemoryController): void;
  /** Ends that. */
  mend(controller: MemoryController): void;
  wait(ms: number): Promise<void>;
  /** Another REST address of a controller. */
  alias(server: string, of: MemoryController): void;
}

export const moveCredentials = { username: "admin", password: "admin" };
const retry = { maxRetries: 3, initialDelaySeconds: 2, maxDelaySeconds: 10 };

export async function createMoveWorld(): Promise<MoveWorld> {
  const world = createMemoryWorld();
  const [a, b, site, neighbour] = [world.add(), world.add(), world.add(), world.add()];
  await a.promote({ name: "A", rest: a.federationAddress });
  await b.promote({ name: "B", rest: b.federationAddress });
  const inner = memoryPorts(world, [a, b, site, neighbour]);
  const [sent, logged] = [[] as string[], [] as string[]];
  const [silent, aliases] = [new Set<string>(), new Map<string, string>()];

  const portsOf = (killAfter: number): Ports => {
    let count = 0;
    const send = async (request: TransportRequest) => {
      if (++count > killAfter) throw new Error("the process was killed");
      const { server, port } = request.target;
      sent.push(`${request.method} ${server} ${request.path.split("?", 1)[0] ?? ""}`);
      if (silent.has(server)) throw new NeuVectorError("network", `${server}:${port}: ECONNREFUSED`);
      const reached = aliases.get(server) ?? server;
      return inner.transport.send({ ...request, target: { ...request.target, server: reached } });
    };
    return { ...inner, log: (level, text) => void logged.push(`${level} ${text}`), transport: { send } };
  };

  return {
    a,
    b,
    site,
    neighbour,
    sent,
    logged,
    silent,
    forget() {
      sent.length = 0;
      logged.length = 0;
    },
    declare: (master, over = {}) => ({
      storeId: "s0",
      master: { rest: master.rest, credentials: moveCredentials },
      controller: { ...site.rest, credentials: moveCredentials },
      jointRest: site.rest,
      retry,
      ...over,
    }),
    run(work, killAfter = Infinity) {
      const ports = portsOf(killAfter);
      const parts = { ports, sessions: createSessions(ports), turns: createTurns(), secrets: createSystemSecrets({}) };
      return passTime(world.clock, work(createLifecycle(parts)));
    },
    cut({ rest, federationAddress }) {
      for (const address of [rest, federationAddress]) world.setPath(address, "refused");
    },
    mend({ rest, federationAddress }) {
      for (const address of [rest, federationAddress]) world.setPath(address, "open");
    },
    wait: (ms) => inner.clock.sleep(ms),
    alias: (server, of) => void aliases.set(server, of.rest.server),
  };
}
