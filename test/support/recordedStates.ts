import type { ResourceProps } from "../../provider/src/resources/shared/props";
import type { FedJoinArgs } from "@fedjoin/provider/fedJoin";
import type { NeuVectorUserArgs } from "@fedjoin/provider/neuVectorUser";
import { createVirtualNetwork, type ControllerHandle } from "@fedjoin/simulator";
import { startProcess, type VirtualProcess } from "./virtualProcess";

const userPassword = "Reader-canary-1";

/** One master, which also joins sites on their behalf, and one site in memory, the same at every call, and a process that works on them. */
export async function createRecordedFederation(): Promise<VirtualProcess & { readonly master: ControllerHandle }> {
  const network = createVirtualNetwork();
  const master = network.addController({ acceptDirectJoin: true });
  network.addController();
  await master.promote({ name: "master" });
  // Every name that is drawn ends with the same six characters.
  const random = { below: () => 0 };
  const env = { ADMIN_PASSWORD: "admin", USER_PASSWORD: userPassword };
  return { master, ...startProcess(network, { random, env }) };
}

const byPassword = { username: "admin", password: "admin" };
const byReference = { username: "admin", passwordFrom: { env: "ADMIN_PASSWORD" } };
const rest = { server: "c1.test", port: 10443 };
const site = { server: "c2.test", port: 10443 };
const tls = { serverName: "neuvector" };

/** Every key that stays in the state; the compiler asks for the newer ones. */
type KeptKey = Exclude<keyof FedJoinArgs, `joinToken${string}`> | "joinTokenMinutes";
const everyJoinKey: Readonly<Record<KeptKey, unknown>> = {
  storeId: "u2204a",
  name: "u2204a-by-hand",
  nameSuffix: "uid",
  clusterUid: "0f0e0d0c-0b0a-4908-8706-050403020100",
  ifAbsent: "join",
  joinVia: "controller",
  master: { rest, federation: { server: "c1.test", port: 11443 }, credentials: byReference, tls },
  controller: { ...site, credentials: byReference, tls: { ...tls, verify: true } },
  jointRest: site,
  joinTokenMinutes: 7,
  retry: { maxRetries: 3, initialDelaySeconds: 1, maxDelaySeconds: 2, jitter: "full" },
  timeoutSeconds: 90,
  forceLeave: true,
  onMasterLost: "force",
};

/** All but `password`, which excludes `passwordFrom`. */
const everyUserKey: Readonly<Record<Exclude<keyof NeuVectorUserArgs, "password">, unknown>> = {
  controller: { ...site, credentials: byReference, tls },
  username: "fedjoin",
  passwordFrom: { env: "USER_PASSWORD" },
  role: "admin",
};

const storeId = "u2204a";
const master = { rest, credentials: byPassword };
const controller = { ...site, credentials: byPassword };

/** FedJoins by the name of their recorded state. */
export const recordedJoins: Readonly<Record<string, ResourceProps>> = {
  "join-small": { storeId, master, controller, jointRest: site },
  "join-through-master": { storeId, joinVia: "master", master, jointRest: site },
  "join-everything": everyJoinKey,
};

/** NeuVectorUsers by the name of their recorded state. */
export const recordedUsers: Readonly<Record<string, ResourceProps>> = {
  "user-small": { controller, username: "metrics", password: userPassword, role: "reader" },
  "user-everything": everyUserKey,
};
