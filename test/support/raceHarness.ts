import { createSessionPool } from "../../provider/src/neuvector/session/sessionPool";
import { createFedJoinLifecycle } from "../../provider/src/resources/fedJoin/lifecycle";
import type { LifecycleDeps, ResourceLifecycle } from "../../provider/src/resources/shared/lifecycle";
import type { ResourceProps } from "../../provider/src/resources/shared/props";
import { createSecretReader } from "../../provider/src/system/secretReader";
import { createKeyedMutex, type LogLevel, type Transport } from "@fedjoin/provider/neuvector";
import { type ControllerHandle, createVirtualNetwork, slowTimings } from "@fedjoin/simulator";
import { virtualPorts } from "./virtualPorts";

/** Who deploys: a process of its own, with sessions of its own. */
export interface Actor {
  readonly lifecycle: ResourceLifecycle;
  readonly parts: LifecycleDeps;
  /** What it said, as `level message`. */
  readonly said: readonly string[];
}

/** A master and sites in memory that take their time as real ones do, and several who work on them at once. */
export interface RaceHarness {
  readonly master: ControllerHandle;
  /** Removals of a living member or of a join under way, and forced leaves of a listed one, that an actor sent. There must be none. */
  readonly wrongs: readonly string[];
  readonly sites: readonly [ControllerHandle, ControllerHandle];
  readonly setPath: ReturnType<typeof createVirtualNetwork>["setConnectivity"];
  actor(): Actor;
  /** Inputs of a FedJoin of this site. */
  inputs(site?: ControllerHandle, over?: ResourceProps): ResourceProps;
  /** The password of everybody's admin from now on; the factory one until then. */
  changePassword(password: string): void;
  /** An admin's kick at the master. */
  kick(name: string): Promise<number>;
  /** The site leaves by force while its master cannot be told: its entry goes stale. */
  leaveUntold(site?: ControllerHandle): Promise<void>;
  /** Calls `work` after `ms` of virtual time. */
  after<T>(ms: number, work: () => Promise<T>): Promise<T>;
  /** What `work` gives, while virtual time goes on. */
  advanceUntil<T>(work: Promise<T>): Promise<T>;
  /** Requests of one kind that a controller got, by method and path. */
  count(controller: ControllerHandle, method: string, path: RegExp): number;
}

/** The id of a site's membership. */
export function idOf({ state: { federation } }: ControllerHandle): string | undefined {
  return federation.role === "joint" ? federation.id : undefined;
}

export async function createRaceHarness(): Promise<RaceHarness> {
  const world = createVirtualNetwork();
  let credentials = { username: "admin", password: "admin" };
  const options = { timings: { ...slowTimings, cleanupMs: 500 } };
  const master = world.addController(options);
  const sites = [world.addController(options), world.addController(options)] as const;
  await master.promote({ name: "primary", rest: master.federationAddress });
  const after = async <T>(ms: number, work: () => Promise<T>): Promise<T> => {
    await new Promise<void>((resolve) => {
      world.clock.after(ms, resolve);
    });
    return work();
  };
  const wrongs: string[] = [];
  const isWrong = (method: string, path: string, body = ""): boolean => {
    const ids = sites.flatMap(({ state: { federation } }) => (federation.role === "joint" ? [federation.id] : []));
    if (method === "DELETE") return ids.some((id) => path.endsWith(`/cluster/${id}`));
    const isForced = path === "/v1/fed/leave" && body.includes("true");
    return isForced && master.members().some(({ id }) => ids.includes(id) && id === idOf(sites[0]));
  };
  return {
    master,
    wrongs,
    sites,
    after,
    setPath: world.setConnectivity,
    actor() {
      const said: string[] = [];
      const log = (level: LogLevel, message: string): void => void said.push(`${level} ${message}`);
      const inner = virtualPorts(world);
      const transport: Transport = {
        send(request) {
          const { method, path, body } = request;
          const note = (): void => {
            if (isWrong(method, path, body)) wrongs.push(`${method} ${path}`);
          };
          note();
          // A join whose answer is under way makes a member of the entry that was removed.
          for (let laterMs = 500; method === "DELETE" && laterMs <= 12_000; laterMs += 500) {
            world.clock.after(laterMs, note);
          }
          return inner.transport.send(request);
        },
      };
      const ports = { ...inner, transport, log };
      const parts = {
        ports,
        sessions: createSessionPool(ports),
        masterLocks: createKeyedMutex(),
        secrets: createSecretReader({}),
      };
      return { lifecycle: createFedJoinLifecycle(parts), parts, said };
    },
    inputs: (site = sites[0], over = {}) => ({
      storeId: site === sites[0] ? "u1" : "u2",
      master: { rest: master.rest, credentials },
      controller: { ...site.rest, credentials },
      jointRest: site.rest,
      retry: { maxRetries: 3, initialDelaySeconds: 2, maxDelaySeconds: 10 },
      ...over,
    }),
    changePassword(password) {
      for (const { state } of [master, ...sites]) Object.assign(state.users.get("admin") ?? {}, { password });
      credentials = { username: "admin", password };
    },
    async kick(name) {
      const id = master.members().find((member) => member.name === name)?.id ?? "";
      const token = await master.logIn();
      return (await master.request("DELETE", `/v1/fed/cluster/${id}`, { token })).status;
    },
    async leaveUntold(site = sites[0]) {
      world.setConnectivity(master.federationAddress, "refused");
      await site.request("POST", "/v1/fed/leave", { token: await site.logIn(), body: { force: true } });
      world.setConnectivity(master.federationAddress, "open");
    },
    advanceUntil: (work) => world.clock.advanceUntil(work),
    count: (controller, method, path) =>
      controller.requests.filter((each) => each.method === method && path.test(each.path)).length,
  };
}
