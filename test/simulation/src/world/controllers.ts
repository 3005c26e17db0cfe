import { slowTimings, type ControllerHandle, type VirtualNetwork } from "@fedjoin/simulator";
import type { View } from "../trace/view";
import { viewMaster, viewSite } from "../trace/view";

/** Accounts of a controller: a person's, and the one that our processes use. */
export const adminAccount = { username: "admin", password: "Person-0" } as const;
export const ourUser = { site: "joiner", master: "fed" } as const;

export interface ControllersConfig {
  readonly masters: number;
  readonly sites: number;
  /** Whether masters join sites on their behalf, as the route to the master needs. */
  readonly acceptDirectJoin: boolean;
}

/** Masters `m1.test` …, and sites `s1.test` …. */
export interface Controllers {
  readonly siteHosts: readonly string[];
  readonly masterHosts: readonly string[];
  /** True if joins go to the master, and nobody of ours has a login at a site. */
  readonly isByMaster: boolean;
  readonly handle: (host: string) => ControllerHandle;
  /** The password of our account there, which no output may show. */
  password(host: string): string;
  /** Changes it at the controller, and in the secret of the deployment unless nobody tells who keeps that. */
  changePassword(host: string, isTold?: boolean): void;
  /** Where the deployment's secret is not the password. */
  readonly staleSecrets: () => readonly string[];
  /** Puts a new controller in the site's place, as after the loss of its volumes. */
  reinstall(host: string): Promise<void>;
  readonly view: () => View;
}

/** An entry that is none of ours: another site, whose name looks like the first one's. */
export const foreignEntry = { id: "f".repeat(32), name: "u1-Zz9Zz9", host: "other.test" } as const;

export async function createControllers(network: VirtualNetwork, config: ControllersConfig): Promise<Controllers> {
  const hostsOf = (letter: string, count: number): string[] =>
    Array.from({ length: count }, (_, index) => `${letter}${index + 1}.test`);
  const siteHosts = hostsOf("s", config.sites);
  const masterHosts = hostsOf("m", config.masters);
  const handles = new Map<string, ControllerHandle>();
  const passwords = new Map([...siteHosts, ...masterHosts].map((host) => [host, passwordOf(host, 0)]));

  const handle = (host: string): ControllerHandle => {
    const found = handles.get(host);
    if (found === undefined) throw new Error(`no controller is at ${host}`);
    return found;
  };
  const password = (host: string): string => passwords.get(host) ?? "";
  const add = (
    host: string,
    own: { readonly username: string; readonly role: "admin" | "fedAdmin" },
  ): ControllerHandle => {
    const added = network.addController(
      {
        users: [
          { ...adminAccount, role: "admin" },
          { ...own, password: password(host) },
        ],
        timings: slowTimings,
        acceptDirectJoin: config.acceptDirectJoin,
      },
      host,
    );
    handles.set(host, added);
    return added;
  };
  const addSite = (host: string): ControllerHandle => add(host, { username: ourUser.site, role: "admin" });

  for (const host of masterHosts) {
    const master = add(host, { username: ourUser.master, role: "fedAdmin" });
    await master.promote({ name: host });
    const { federation } = master.state;
    if (federation.role !== "master") throw new Error(`${host} was not promoted`);
    const { id, name, host: server } = foreignEntry;
    const rest = { server, port: 10443 };
    const entry = {
      id,
      name,
      rest,
      secret: "0".repeat(32),
      status: "synced",
      restVersion: "",
      k8sUid: "",
      failedPings: 0,
    } as const;
    federation.members.set(id, { ...entry });
  }
  for (const host of siteHosts) addSite(host);
  // The other site is alive: it answers pings.
  const alive = { status: 200, headers: {}, body: "{}" };
  network.addServer({ server: foreignEntry.host, port: 10443 }, () => Promise.resolve(alive));

  let changes = 0;
  return {
    siteHosts,
    masterHosts,
    isByMaster: config.acceptDirectJoin,
    handle,
    password,
    changePassword(host, isTold = true) {
      const next = passwordOf(host, ++changes);
      if (isTold) passwords.set(host, next);
      for (const [username, user] of handle(host).users) {
        if (username !== adminAccount.username) user.password = next;
      }
    },
    staleSecrets: () =>
      [...handles].filter(([host, { users }]) => !isPassword(users, password(host))).map(([host]) => host),
    async reinstall(host) {
      await handle(host).close();
      await addSite(host).goOnline();
    },
    view: () => ({
      sites: siteHosts.map((host) => viewSite(host, handle(host))),
      masters: masterHosts.map((host) => viewMaster(host, handle(host))),
    }),
  };
}

function isPassword(users: ControllerHandle["users"], password: string): boolean {
  return [...users.values()].some((user) => user.password === password);
}

function passwordOf(host: string, change: number): string {
  return `Canary-${host}-${change}`;
}
