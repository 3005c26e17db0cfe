import type { TransportRequest } from "../../provider/src/neuvector/ports";
import { createSessionPool } from "../../provider/src/neuvector/session/sessionPool";
import { createFedJoinLifecycle } from "../../provider/src/resources/fedJoin/lifecycle";
import type { ResourceLifecycle } from "../../provider/src/resources/shared/lifecycle";
import type { ResourceProps } from "../../provider/src/resources/shared/props";
import { createSecretReader } from "../../provider/src/system/secretReader";
import { createKeyedMutex, NeuVectorError, type Ports } from "@fedjoin/provider/neuvector";
import { type ControllerHandle, createVirtualNetwork } from "@fedjoin/simulator";
import { virtualPorts } from "./virtualPorts";

/** Two masters and two sites in memory, driven by processes that can be killed between any two requests. */
export interface MoveHarness {
  readonly a: ControllerHandle;
  readonly b: ControllerHandle;
  readonly site: ControllerHandle;
  /** A second site, which no resource declares. */
  readonly neighbour: ControllerHandle;
  /** What was sent since the last `forget`, as `METHOD host path`. */
  readonly sent: readonly string[];
  readonly logged: readonly string[];
  forget(): void;
  /** The site as a member of this master; `over` replaces inputs. */
  declare(master: ControllerHandle, over?: ResourceProps): ResourceProps;
  /** What `work` gives with the lifecycle of a new process. Killed after so many requests, nothing that it does has an effect any more. */
  run<T>(work: (lifecycle: ResourceLifecycle) => Promise<T>, killAfter?: number): Promise<T>;
  /** Answers in place of the network, by `METHOD host path`: the host does not answer. */
  readonly silent: Set<string>;
  /** Cuts a controller off from the other controllers. */
  cut(controller: ControllerHandle): void;
  /** Ends that. */
  reconnect(controller: ControllerHandle): void;
  wait(ms: number): Promise<void>;
  /** Another REST address of a controller. */
  alias(server: string, of: ControllerHandle): void;
}

export const moveCredentials = { username: "admin", password: "admin" };
const retry = { maxRetries: 3, initialDelaySeconds: 2, maxDelaySeconds: 10 };

export async function createMoveHarness(): Promise<MoveHarness> {
  const world = createVirtualNetwork();
  const [a, b, site, neighbour] = [
    world.addController(),
    world.addController(),
    world.addController(),
    world.addController(),
  ];
  await a.promote({ name: "A", rest: a.federationAddress });
  await b.promote({ name: "B", rest: b.federationAddress });
  const inner = virtualPorts(world);
  const [sent, logged] = [[] as string[], [] as string[]];
  const silent = new Set<string>();

  const portsOf = (killAfter: number): Ports => {
    let count = 0;
    const send = async (request: TransportRequest) => {
      if (++count > killAfter) throw new Error("the process was killed");
      const { server, port } = request.target;
      sent.push(`${request.method} ${server} ${request.path.split("?", 1)[0] ?? ""}`);
      if (silent.has(server)) throw new NeuVectorError("network", `${server}:${port}: ECONNREFUSED`);
      return inner.transport.send(request);
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
      const parts = {
        ports,
        sessions: createSessionPool(ports),
        masterLocks: createKeyedMutex(),
        secrets: createSecretReader({}),
      };
      return world.clock.advanceUntil(work(createFedJoinLifecycle(parts)));
    },
    cut({ rest, federationAddress }) {
      for (const address of [rest, federationAddress]) world.setConnectivity(address, "refused", "controllers");
    },
    reconnect({ rest, federationAddress }) {
      for (const address of [rest, federationAddress]) world.setConnectivity(address, "open", "controllers");
    },
    wait: (ms) => inner.clock.sleep(ms),
    alias(server, { rest }) {
      world.alias({ ...rest, server }, rest);
    },
  };
}
