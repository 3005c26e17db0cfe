import { createSessionPool } from "../../provider/src/neuvector/session/sessionPool";
import { createFedJoinLifecycle } from "../../provider/src/resources/fedJoin/lifecycle";
import type { LifecycleDeps } from "../../provider/src/resources/shared/lifecycle";
import type { ResourceLifecycle } from "../../provider/src/resources/shared/resourceLifecycle";
import { createSecretReader } from "../../provider/src/system/secretReader";
import { createKeyedMutex } from "@fedjoin/provider/internal/neuvector";
import { createSystemPorts } from "@fedjoin/provider/internal/system";
import type { ControllerHandle, LogEntry } from "@fedjoin/simulator";

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
export function requestsOf(controller: ControllerHandle, method: string, path: string): LogEntry[] {
  return controller.requests.filter((entry) => entry.method === method && entry.path === path);
}

/** The cluster names on a master's list. */
export function memberNames(master: ControllerHandle): string[] {
  return master.members().map(({ name }) => name);
}

/** The store ids of a master's members, sorted, where all names are generated. */
export function joinedStoreIds(master: ControllerHandle): string[] {
  return memberNames(master)
    .map((name) => name.slice(0, -7))
    .toSorted();
}

/** Each join, leave and removal that somebody asked these controllers for, as `METHOD path`. */
export function membershipChanges(controllers: readonly ControllerHandle[]): string[] {
  return controllers
    .flatMap(({ requests }) => requests)
    .filter(({ method, path }) => method !== "GET" && /\/fed\/(join|leave|cluster\/.*)$/.test(path))
    .map(({ method, path }) => `${method} ${path}`);
}

/** The element at `index`. @throws Error when there is none. */
export function at<T>(list: readonly T[], index: number): T {
  const element = list[index];
  if (element === undefined) throw new Error(`no element ${index}`);
  return element;
}
