import {
  createLifecycle,
  createSessions,
  createSystemPorts,
  createSystemSecrets,
  createTurns,
  type Lifecycle,
  type LifecycleParts,
} from "@fedjoin/provider";
import type { LogEntry } from "../simulator/core/requestLog";
import type { SimulatedController } from "../simulator/startController";

/** A lifecycle as a new dynamic-provider process has it: no session, no memory. */
export function newLifecycle(parts: Partial<LifecycleParts> = {}): Lifecycle {
  const ports = createSystemPorts(() => undefined);
  const secrets = createSystemSecrets(process.env);
  return createLifecycle({ ports, sessions: createSessions(ports), turns: createTurns(), secrets, ...parts });
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
export function nth<T>(list: readonly T[], index: number): T {
  const element = list[index];
  if (element === undefined) throw new Error(`no element ${index}`);
  return element;
}
