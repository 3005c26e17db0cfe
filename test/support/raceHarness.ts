import { type ControllerHandle, createVirtualNetwork, slowTimings } from "@fedjoin/simulator";
import { startProcess } from "./virtualProcess";

/** The id of a site's membership. */
export const idOf = ({ membership }: ControllerHandle): string | undefined => membership?.id;

/** A master and two sites in memory that take their time as real ones do, and several who work on them at once. */
export async function createRaceHarness() {
  const network = createVirtualNetwork();
  const { clock, setConnectivity } = network;
  const credentials = { username: "admin", password: "admin" };
  const options = { timings: { ...slowTimings, cleanupMs: 500 } };
  const master = network.addController(options);
  const sites = [network.addController(options), network.addController(options)] as const;
  await master.promote({ name: "primary" });

  /** Requests that remove a living member, or make a listed one leave by force. */
  const wrongs: string[] = [];
  const isWrong = (method: string, path: string, body = ""): boolean => {
    const ids = sites.flatMap((site) => idOf(site) ?? []);
    if (method === "DELETE") return ids.some((id) => path.endsWith(`/cluster/${id}`));
    const isForced = path === "/v1/fed/leave" && body.includes("true");
    return isForced && master.members().some(({ id }) => ids.includes(id) && id === idOf(sites[0]));
  };

  /** Calls `work` after `ms` of virtual time. */
  const after = async <T>(ms: number, work: () => Promise<T>): Promise<T> => {
    await new Promise<void>((resolve) => clock.after(ms, resolve));
    return work();
  };
  /** Inputs of a FedJoin of this site. */
  const inputs = (site = sites[0]) => ({
    storeId: site === sites[0] ? "u1" : "u2",
    master: { rest: master.rest, credentials },
    controller: { ...site.rest, credentials },
    jointRest: site.rest,
    retry: { maxRetries: 3, initialDelaySeconds: 2, maxDelaySeconds: 10 },
  });
  /** Somebody who deploys: a process of its own, with sessions of its own. */
  const actor = () =>
    startProcess(network, {
      intercept({ method, path, body }) {
        const note = (): void => {
          if (isWrong(method, path, body?.toString())) wrongs.push(`${method} ${path}`);
        };
        note();
        // A join whose answer is under way makes a member of the entry that was removed.
        for (let laterMs = 500; method === "DELETE" && laterMs <= 12_000; laterMs += 500) clock.after(laterMs, note);
      },
    });

  return {
    ...{ master, sites, wrongs, setConnectivity, after, inputs, actor },
    /** What `work` gives, while virtual time goes on. */
    advanceUntil: <T>(work: Promise<T>) => clock.advanceUntil(work),
    /** Creates a FedJoin of this site by a new actor, `afterMs` from now. */
    join: (site = sites[0], afterMs = 0) =>
      clock.advanceUntil(after(afterMs, () => actor().joins.create(inputs(site)))),
    /** An admin's kick at the master. */
    kick: async (name: string) => {
      const id = master.members().find((member) => member.name === name)?.id ?? "";
      return (await master.request("DELETE", `/v1/fed/cluster/${id}`, { token: await master.logIn() })).status;
    },
    /** The site leaves by force while its master cannot be told: its entry goes stale. */
    leaveUntold: async (site = sites[0]) => {
      setConnectivity(master.federationAddress, "refused");
      await site.request("POST", "/v1/fed/leave", { token: await site.logIn(), body: { force: true } });
      setConnectivity(master.federationAddress, "open");
    },
    /** Requests of one kind that a controller got, by method and path. */
    count: (controller: ControllerHandle, method: string, path: RegExp) =>
      controller.requests.filter((each) => each.method === method && path.test(each.path)).length,
  };
}

export type RaceHarness = Awaited<ReturnType<typeof createRaceHarness>>;
