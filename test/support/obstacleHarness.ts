import { defaultRetryPolicy } from "../../provider/src/federation/retry";
import type { JoinRequest } from "../../provider/src/federation/joinRequest";
import { startRun, type JoinRun } from "../../provider/src/federation/joinRun";
import type { TransportRequest } from "../../provider/src/neuvector/ports";
import { createSession, type Session } from "../../provider/src/neuvector/session/session";
import { createKeyedMutex, type FederationResponse, type Ports } from "@fedjoin/provider/internal/neuvector";
import { Secret } from "@fedjoin/provider/internal/values";
import { createVirtualNetwork } from "@fedjoin/simulator";
import { expect } from "vitest";
import { address } from "./membershipStates";
import { virtualPorts } from "./virtualPorts";

type Side = "site" | "master";

/** What each side shows. */
export type Look = Readonly<Record<Side, FederationResponse>>;

/** The surroundings of a join that found an obstacle. */
export interface ObstacleWorld {
  readonly now: Look;
  /** What both sides show once a change was sent; by default the same. */
  readonly then?: Look;
  /** Takes the place of the response to a change. */
  readonly failure?: Error;
  /** The side without credentials. */
  readonly without?: Side;
  readonly request?: Partial<JoinRequest>;
}

/** A store's recorded membership, `id-1`. */
export const membership: JoinRequest["membership"] = {
  ...{ storeId: "u2204a", name: "u2204a-Xy9K2m", nameIsFixed: true, clusterId: "id-1", jointRest: address },
  master: { federation: { server: "primary.example", port: 11443 } },
};

/** Time does not pass: the virtual clock stands. */
export const startMs = createVirtualNetwork().clock.now();

/** Lets a join handle an obstacle; gives the result or error, the changes that it sent, and what it logged. */
export async function handleObstacle<T>(
  handle: (run: JoinRun) => Promise<T>,
  { now, then = now, failure, without, request }: ObstacleWorld,
) {
  const [changes, logged] = [[] as string[], [] as string[]];
  const { signal } = new AbortController();
  const answer = ({ target, method, path, body, signal: given }: TransportRequest): string => {
    expect(given).toBe(signal);
    if (method === "GET") return JSON.stringify((changes.length === 0 ? now : then)[target.server as Side]);
    changes.push([method, path, body?.toString()].filter(Boolean).join(" "));
    if (failure !== undefined) throw failure;
    return "";
  };
  const ports: Ports = {
    ...virtualPorts(createVirtualNetwork()),
    transport: { send: (sent) => Promise.resolve().then(() => ({ status: 200, headers: {}, body: answer(sent) })) },
    log: (level, message) => void logged.push(`${level} ${message}`),
  };
  const sessionAt = (server: Side): Session =>
    createSession(ports, { protocol: "https", server, port: 10443, tls: {} }, { kind: "apiKey", key: new Secret("k") });
  const run = startRun(
    {
      ...{ membership, repair: { kicked: true, changed: true }, token: { kind: "given", token: new Secret("token") } },
      ...{ retry: defaultRetryPolicy, ...request },
    },
    {
      sessions: {
        site: without === "site" ? undefined : sessionAt("site"),
        master: without === "master" ? undefined : sessionAt("master"),
      },
      ...{ via: "controller", joinSession: sessionAt("site"), ports, masterLocks: createKeyedMutex(), signal },
    },
  );
  const result: unknown = await handle(run).catch((error: unknown) => error);
  return { result, changes, logged };
}
