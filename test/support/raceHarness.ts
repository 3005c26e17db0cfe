import type { ResourceProps } from "../../provider/src/resources/shared/props";
import type { LifecycleDeps } from "../../provider/src/resources/shared/lifecycle";
import type { ResourceLifecycle } from "../../provider/src/resources/shared/resourceLifecycle";
import { type ControllerHandle, createVirtualNetwork, slowTimings } from "@fedjoin/simulator";
import { startProcess } from "./virtualProcess";

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
  /** Creates a FedJoin of this site by a new actor, `afterMs` from now. */
  join(site?: ControllerHandle, afterMs?: number): ReturnType<ResourceLifecycle["create"]>;
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
export const idOf = ({ membership }: ControllerHandle): string | undefined => membership?.id;

export async function createRaceHarness(): Promise<RaceHarness> {
  const network = createVirtualNetwork();
  const { clock, setConnectivity } = network;
  let credentials = { username: "admin", password: "admin" };
  const options = { timings: { ...slowTimings, cleanupMs: 500 } };
  const master = network.addController(options);
  const sites = [network.addController(options), network.addController(options)] as const;
  await master.promote({ name: "primary" });

  const wrongs: string[] = [];
  const isWrong = (method: string, path: string, body = ""): boolean => {
    const ids = sites.flatMap((site) => idOf(site) ?? []);
    if (method === "DELETE") return ids.some((id) => path.endsWith(`/cluster/${id}`));
    const isForced = path === "/v1/fed/leave" && body.includes("true");
    return isForced && master.members().some(({ id }) => ids.includes(id) && id === idOf(sites[0]));
  };

  const after: RaceHarness["after"] = async (ms, work) => {
    await new Promise<void>((resolve) => clock.after(ms, resolve));
    return work();
  };
  const inputs: RaceHarness["inputs"] = (site = sites[0], over = {}) => ({
    storeId: site === sites[0] ? "u1" : "u2",
    master: { rest: master.rest, credentials },
    controller: { ...site.rest, credentials },
    jointRest: site.rest,
    retry: { maxRetries: 3, initialDelaySeconds: 2, maxDelaySeconds: 10 },
    ...over,
  });
  const actor = (): Actor => {
    const { joins, deps, logged } = startProcess(network, {
      intercept({ method, path, body }) {
        const note = (): void => {
          if (isWrong(method, path, body)) wrongs.push(`${method} ${path}`);
        };
        note();
        // A join whose answer is under way makes a member of the entry that was removed.
        for (let laterMs = 500; method === "DELETE" && laterMs <= 12_000; laterMs += 500) clock.after(laterMs, note);
      },
    });
    return { lifecycle: joins, parts: deps, said: logged };
  };

  return {
    ...{ master, wrongs, sites, setPath: setConnectivity, actor, inputs, after },
    advanceUntil: (work) => clock.advanceUntil(work),
    join: (site, afterMs = 0) => clock.advanceUntil(after(afterMs, () => actor().lifecycle.create(inputs(site)))),
    changePassword(password) {
      for (const { users } of [master, ...sites]) Object.assign(users.get("admin") ?? {}, { password });
      credentials = { username: "admin", password };
    },
    async kick(name) {
      const id = master.members().find((member) => member.name === name)?.id ?? "";
      const token = await master.logIn();
      return (await master.request("DELETE", `/v1/fed/cluster/${id}`, { token })).status;
    },
    async leaveUntold(site = sites[0]) {
      setConnectivity(master.federationAddress, "refused");
      await site.request("POST", "/v1/fed/leave", { token: await site.logIn(), body: { force: true } });
      setConnectivity(master.federationAddress, "open");
    },
    count: (controller, method, path) =>
      controller.requests.filter((each) => each.method === method && path.test(each.path)).length,
  };
}
