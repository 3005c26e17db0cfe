import type { VirtualClock, VirtualNetwork } from "@fedjoin/simulator";
import type { TransportRequest } from "../../provider/src/neuvector/ports";
import { createSessionPool } from "../../provider/src/neuvector/session/sessionPool";
import { createFedJoinLifecycle } from "../../provider/src/resources/fedJoin/lifecycle";
import { createUserLifecycle } from "../../provider/src/resources/neuVectorUser/lifecycle";
import type { LifecycleDeps } from "../../provider/src/resources/shared/lifecycle";
import type { ResourceLifecycle } from "../../provider/src/resources/shared/resourceLifecycle";
import { createSecretReader } from "../../provider/src/system/secretReader";
import { createKeyedMutex, type Ports } from "@fedjoin/provider/internal/neuvector";
import { virtualPorts } from "./virtualPorts";

export interface ProcessOptions {
  /** Sees each request before it is sent; what it throws takes the place of the answer. */
  readonly intercept?: (request: TransportRequest) => void;
  /** Its environment variables, which secrets may refer to. */
  readonly env?: NodeJS.ProcessEnv;
  /** Reads its secrets; by default from `env` and this machine, while virtual time passes. */
  readonly secrets?: LifecycleDeps["secrets"];
  readonly signal?: AbortSignal | undefined;
  readonly random?: Ports["random"];
  /** Where it logs; by default to lines of its own. */
  readonly logged?: string[];
}

/** A process of the provider in memory: it has no session and no memory of its own yet. */
export interface VirtualProcess {
  readonly deps: LifecycleDeps;
  /** Virtual time passes while a call of a lifecycle runs. */
  readonly joins: ResourceLifecycle;
  readonly users: ResourceLifecycle;
  /** What it logged, as `level message`. */
  readonly logged: readonly string[];
}

export function startProcess(network: VirtualNetwork, options: ProcessOptions = {}): VirtualProcess {
  const { intercept, env = {}, secrets = createSecretReader(env), signal, random, logged = [] } = options;
  const inner = virtualPorts(network);
  const ports: Ports = {
    ...inner,
    ...(random && { random }),
    log: (level, message) => void logged.push(`${level} ${message}`),
    transport: {
      async send(request) {
        intercept?.(request);
        return inner.transport.send(request);
      },
    },
  };
  const deps = {
    ports,
    sessions: createSessionPool(ports),
    masterLocks: createKeyedMutex(),
    secrets,
    signal,
  };
  return {
    deps,
    joins: onClock(network.clock, createFedJoinLifecycle(deps)),
    users: onClock(network.clock, createUserLifecycle(deps)),
    logged,
  };
}

/** `api`, whose calls end although nobody else lets time pass. */
function onClock<Api extends object>(clock: VirtualClock, api: Api): Api {
  return new Proxy(api, {
    get(target, name): unknown {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...args: readonly unknown[]) => clock.advanceUntil(Promise.resolve(Reflect.apply(value, target, args)));
    },
  });
}
