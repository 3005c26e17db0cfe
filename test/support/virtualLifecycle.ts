import type { VirtualClock, VirtualNetwork } from "@fedjoin/simulator";
import { createFedJoinLifecycle } from "../../provider/src/resources/fedJoin/lifecycle";
import type { LifecycleDeps, ResourceLifecycle } from "../../provider/src/resources/shared/lifecycle";
import { createKeyedMutex, type Ports } from "@fedjoin/provider/neuvector";
import { createSessionPool } from "../../provider/src/neuvector/session/sessionPool";
import { createSecretReader } from "../../provider/src/system/secretReader";
import { virtualPorts } from "./virtualPorts";

/** What a lifecycle of a new process depends on: no session, no memory, no secret of this machine. */
export function lifecycleDeps(ports: Ports, more: Partial<LifecycleDeps> = {}): LifecycleDeps {
  return {
    ports,
    sessions: createSessionPool(ports),
    masterLocks: createKeyedMutex(),
    secrets: createSecretReader({}),
    ...more,
  };
}

/** A FedJoin lifecycle of a new process; virtual time passes while one of its calls runs. */
export function virtualLifecycle(network: VirtualNetwork, more: Partial<LifecycleDeps> = {}): ResourceLifecycle {
  return onClock(network.clock, createFedJoinLifecycle(lifecycleDeps(virtualPorts(network), more)));
}

/** `api`, whose calls end although nobody else lets time pass. */
export function onClock<Api extends object>(clock: VirtualClock, api: Api): Api {
  return new Proxy(api, {
    get(target, name): unknown {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...args: readonly unknown[]) => clock.advanceUntil(Promise.resolve(Reflect.apply(value, target, args)));
    },
  });
}
