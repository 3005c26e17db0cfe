import {
  createFedJoinLifecycle,
  createSessionPool,
  createSystemPorts,
  createSecretReader,
  createKeyedMutex,
  type ResourceLifecycle,
  type LifecycleDeps,
} from "@fedjoin/provider";
import type { LogEntry } from "../simulator/src/core/requestLog";
import type { SimulatedController } from "../simulator/src/startController";

/** A lifecycle as a new dynamic-provider process has it: no session, no memory. */
export function newLifecycle(parts: Partial<LifecycleDeps> = {}): ResourceLifecycle {
  const ports = createSystemPorts(() => undefined);
  const secrets = createSecretReader(process.env);
  return createFedJoinLifecycle({
    ports,
    sessions: createSessionPool(ports),
    masterLocks: createKeyedMutex(),
    secrets,
    ...parts,
  });
}

/** The requests of one kind that a controller got. */
export function requestsOf(controller: SimulatedController, method: string, path: string): LogEntry[] {
  return controller.requests.filter((entry) => entry.method === method && entry.path === path);
}

/** The cluster names on a master's list. */
export function memberNames(master: SimulatedController): string[] {
  return master.members().map(({ name }) => name);
}

/** The element at `index`. @throws Error when there is none. */
export function at<T>(list: readonly T[], index: number): T {
  const element = list[index];
  if (element === undefined) throw new Error(`no element ${index}`);
  return element;
}
